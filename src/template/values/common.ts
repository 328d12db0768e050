import type {Problem} from '../../errors.ts';
import {isJsonObject, type Json, type JsonObject} from '../../kubernetes/object.ts';
import type {YamlFile} from '../../yaml.ts';
import {problemAt} from './check.ts';

/** Finds what values that hold for every Profile would make everybody's: an identity of the cloud, the admin's key. */
export function commonProblems({credentials}: JsonObject, files: readonly YamlFile[]): Problem[] {
  // A schema of its own need not have them.
  if (!isJsonObject(credentials)) return [];
  const {cloud, existing} = credentials;
  const roles = ['awsRole', 'gcpServiceAccount'].filter(key => isShared(cloud, key, '<ns>'));
  return [
    ...roles.map(key =>
      problemAt(
        files,
        ['credentials', 'cloud', key],
        'cannot use values: every Profile would have this role',
        'put <ns> into it, or set it in an override for one Profile',
      ),
    ),
    ...(isShared(existing, 'secret')
      ? [
          problemAt(
            files,
            ['credentials', 'existing', 'secret'],
            "cannot use values: every Profile would have this Secret's key",
            'set it in an override for one Profile',
          ),
        ]
      : []),
  ];
}

function isShared(group: Json | undefined, key: string, difference?: string): boolean {
  const value = isJsonObject(group) ? group[key] : '';
  return typeof value === 'string' && value !== '' && !(difference && value.includes(difference));
}
