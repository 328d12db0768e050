import {expandPrefixes} from '../credentials/prefixes.ts';
import {placeholderCredentials} from '../credentials/provisioner.ts';
import {RefusedError} from '../errors.ts';
import {isReserved} from '../gate.ts';
import type {KubernetesObject} from '../kubernetes/object.ts';
import {readCollaborators} from '../profile/collaborators.ts';
import {entitle} from '../profile/entitlement.ts';
import {parseProfile} from '../profile/profile.ts';
import type {TemplateSet} from '../template/set.ts';
import type {OfflineProfile} from './profile-file.ts';

/** What would stand in a Profile's namespace once everything is in place, with placeholders for its key. */
export function renderOffline(
  {profile: raw, namespace, roleBindings}: OfflineProfile,
  set: TemplateSet,
): KubernetesObject[] {
  const declared = parseProfile(raw);
  if (isReserved(declared.name, set.values.base.values)) {
    throw new RefusedError(`cannot render Profile ${declared.name}: the name is reserved`);
  }
  const values = set.values.forProfile(declared);
  const {profile} = entitle(declared, values.values);
  const {bucket, prefixes} = values.values.credentials;
  const rendered = set.render({
    profile,
    values,
    collaborators: readCollaborators(roleBindings, profile).collaborators,
    namespaceLabels: namespace?.metadata.labels ?? {},
    credentials: placeholderCredentials('memory', {bucket, prefixes: expandPrefixes(prefixes, profile.name)}),
    sharingEpoch: 0,
  });
  return rendered.map(({object}) => object);
}
