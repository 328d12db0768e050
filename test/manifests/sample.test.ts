import {readFileSync} from 'node:fs';
import {loadAll} from 'js-yaml';
import {describe, expect, test} from 'vitest';
import type {KubernetesObject} from '../../src/kubernetes/object.ts';
import {schemaProblems} from '../../src/kubernetes/schema.ts';
import {readCollaborators} from '../../src/profile/collaborators.ts';
import {parseProfile} from '../../src/profile/profile.ts';

describe.each(['profile.yaml', 'two-tenants.yaml'])('the sample %s', file => {
  test('fits the schemas of its kinds', () => {
    expect(loadSample(file).map(object => schemaProblems(object))).toEqual(loadSample(file).map(() => []));
  });
});

test.each([
  {file: 'profile.yaml', tenants: ['alice of alice@example.com']},
  {
    file: 'two-tenants.yaml',
    tenants: ['user1 of test.user1@example.org', 'user2 of test.user2@example.org'],
  },
])('the Profiles of $file are read', ({file, tenants}) => {
  expect(profilesOf(file).map(({name, owner}) => `${name} of ${owner.name}`)).toEqual(tenants);
});

test('in two-tenants.yaml the collaborator of one tenant is neither owner', () => {
  const tenants = profilesOf('two-tenants.yaml');
  const bindings = loadSample('two-tenants.yaml').filter(({kind}) => kind === 'RoleBinding');
  expect(bindings.map(({metadata}) => metadata.namespace)).toEqual([tenants[0]?.name]);
  expect(readCollaborators(bindings, tenants[0] as Profile)).toEqual({
    collaborators: [{kind: 'User', name: 'guest@example.org', role: 'edit'}],
    skipped: [],
  });
  expect(tenants.map(({owner}) => owner.name)).not.toContain('guest@example.org');
});

function loadSample(file: string): KubernetesObject[] {
  const url = new URL(`../../manifests/samples/${file}`, import.meta.url);
  return loadAll(readFileSync(url, 'utf8')) as KubernetesObject[];
}

type Profile = ReturnType<typeof parseProfile>;

function profilesOf(file: string): Profile[] {
  return loadSample(file)
    .filter(({kind}) => kind === 'Profile')
    .map(withUid);
}

/** A Profile in a file has no uid yet: the API server draws it. */
function withUid(object: KubernetesObject): Profile {
  return parseProfile({...object, metadata: {...object.metadata, uid: object.metadata.name}} as never);
}
