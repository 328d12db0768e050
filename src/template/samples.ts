import {type CredentialMode, placeholderCredentials} from '../credentials/provisioner.ts';
import {placeholdersOf, storageOf} from '../credentials/storage.ts';
import type {JsonObject} from '../kubernetes/object.ts';
import type {Collaborator} from '../profile/collaborators.ts';
import {type Plugin, type Profile, parseProfile} from '../profile/profile.ts';
import type {ProfileValues, ValueSet, Values} from './values.ts';
import type {RenderInput} from './variables.ts';

const COLLABORATORS: readonly Collaborator[] = [
  {kind: 'User', name: 'frank@example.com', role: 'edit'},
  {kind: 'User', name: 'grace.O’Hara+test@example.com', role: 'view'},
];

/** A Profile each for what tenants differ in: the owner's kind, a quota, plugins, the length of the name. */
const PROFILES: readonly JsonObject[] = [
  sample('sample-user', {owner: {kind: 'User', name: 'user@example.com'}}),
  sample(`sample-${'n'.repeat(56)}`, {
    owner: {kind: 'User', name: 'long@example.com'},
    resourceQuotaSpec: {hard: {cpu: '4', memory: '16Gi'}},
  }),
  sample('sample-group', {owner: {kind: 'Group', name: 'team', apiGroup: 'rbac.authorization.k8s.io'}}),
  sample('sample-robot', {owner: {kind: 'ServiceAccount', name: 'robot', namespace: 'robots'}}),
];

function sample(name: string, spec: JsonObject): JsonObject {
  const metadata = {name, uid: '00000000-0000-4000-8000-000000000000', generation: 1};
  return {apiVersion: 'kubeflow.org/v1', kind: 'Profile', metadata, spec};
}

/** One for each of PROFILES. */
const CREDENTIAL_MODES: readonly CredentialMode[] = ['memory', 'iam', 'existing', 'cloud'];

/** What every template set must render before it may answer: each sample Profile, then each override of the values. */
export function sampleInputs(values: ValueSet): RenderInput[] {
  const profiles = PROFILES.map(parseProfile);
  const [first] = profiles as [Profile];
  return [
    ...profiles.map((profile, index) => {
      const mode = CREDENTIAL_MODES[index] as CredentialMode;
      return sampleInput(profile, values.base, index % 2 === 0 ? COLLABORATORS : [], mode);
    }),
    ...values.variants.map(variant => sampleInput(first, variant, COLLABORATORS)),
  ];
}

/** Plugins that ask for roles which the values allow; others never reach a template. */
function samplePlugins(namespace: string, {plugins: {rolePattern}}: Values): Plugin[] {
  if (rolePattern === '') return [];
  const role = rolePattern.replaceAll('<ns>', namespace).replaceAll('*', 'sample');
  return [
    {apiVersion: '', kind: 'AwsIamForServiceAccount', spec: {awsIamRole: role}},
    {apiVersion: '', kind: 'WorkloadIdentity', spec: {gcpServiceAccount: role}},
  ];
}

function sampleInput(
  profile: Profile,
  values: ProfileValues,
  collaborators: readonly Collaborator[],
  mode?: CredentialMode,
): RenderInput {
  const {credentials} = values.values;
  // Of a Profile with plugins and of one without.
  const plugins = profile.owner.kind === 'ServiceAccount' ? samplePlugins(profile.name, values.values) : [];
  return {
    profile: {...profile, plugins},
    namespaceLabels: {},
    collaborators,
    values,
    credentials: mode
      ? placeholderCredentials(mode, storageOf(credentials, profile.name))
      : placeholdersOf(credentials, profile.name),
    sharingEpoch: 0,
  };
}
