/**
 * What this hook answers to each recorded request: one row a recording, so that a reader can check it by eye.
 *
 * The recorded hook had fewer children, and bound the owner to kubeflow-view. A roleRef cannot be changed, so
 * that this binding is left out until it is gone.
 */
export interface Row {
  readonly recording: string;
  readonly answers: readonly string[];
  /** Of what is observed, though the Profile is not being deleted. */
  readonly leftOut?: readonly string[];
  readonly finalized?: boolean;
  /** Ready's message; none where no status is answered. */
  readonly ready?: string;
}

const COMPANION = [
  'AuthorizationPolicy ml-pipeline-ui-artifact',
  'ConfigMap artifact-repositories',
  'ConfigMap kfp-launcher',
  'ConfigMap metadata-grpc-configmap',
  'Deployment ml-pipeline-ui-artifact',
  'NetworkPolicy ml-pipeline-ui-artifact',
  'NetworkPolicy ml-pipeline-ui-artifact-egress',
  'NetworkPolicy profile-ingress',
  'Role kubeflow-edit',
  'Role kubeflow-view',
  'Role ml-pipeline-ui-artifact',
  'RoleBinding ml-pipeline-ui-artifact',
  'RoleBinding pipelines-default-editor',
  'RoleBinding pipelines-default-viewer',
  'RoleBinding pipelines-owner',
  'Secret mlpipeline-minio-artifact',
  'Service ml-pipeline-ui-artifact',
  'ServiceAccount ml-pipeline-ui-artifact',
];
const standalone = (namespace: string) => [
  ...COMPANION,
  'AuthorizationPolicy ns-owner-access-istio',
  `Namespace ${namespace}`,
  'RoleBinding default-editor',
  'RoleBinding default-viewer',
  'RoleBinding namespaceAdmin',
  'ServiceAccount default-editor',
  'ServiceAccount default-viewer',
];
const ALICE = [...standalone('alice'), 'ResourceQuota kf-resource-quota'];
const BOB = standalone('bob');
const KIM = standalone('kim');

const OWNER = 'RoleBinding pipelines-owner';
const REPLACING = 'replacing RoleBinding pipelines-owner (roleRef cannot be changed)';
/** The recorded hook's own: nothing of ours has these names. */
const DENY = 'NetworkPolicy default-deny-ingress';
const EDITOR = 'RoleBinding kubeflow-pipelines-default-editor';
/** Of Profiles that ask for none. */
const QUOTA = 'ResourceQuota kf-resource-quota';

const AT_FIRST = `waiting for ConfigMap artifact-repositories, ConfigMap kfp-launcher, ConfigMap metadata-grpc-configmap and 11 more; ${REPLACING}`;
const LATER = `waiting for ConfigMap artifact-repositories, ConfigMap metadata-grpc-configmap, NetworkPolicy ml-pipeline-ui-artifact and 10 more; ${REPLACING}`;
const allOf = (name: string) => `ConfigMap kfp-launcher, Deployment ml-pipeline-ui-artifact, Namespace ${name} and 9 more`;
const going = (what: string) => `being deleted: waiting for ${what} to go`;

export const ROWS: readonly Row[] = [
  {recording: 'composite-dynamic-apply/02-sync-nothing-exists', answers: ['Namespace alice'], ready: 'waiting for Namespace alice'},
  {recording: 'composite-dynamic-apply/03-sync-configmap-still-missing', answers: without(ALICE, OWNER), leftOut: [DENY, OWNER], ready: AT_FIRST},
  {recording: 'composite-dynamic-apply/04-sync-all-exist', answers: without(ALICE, OWNER), leftOut: [DENY, OWNER], ready: LATER},
  {recording: 'composite-dynamic-apply/05-sync-resync-steady', answers: without(ALICE, OWNER), leftOut: [DENY, OWNER], ready: LATER},
  {recording: 'composite-dynamic-apply/07-finalize-all-exist', answers: [], finalized: false, ready: going(allOf('alice'))},
  {recording: 'composite-dynamic-apply/08-finalize-namespace-left', answers: [], finalized: false, ready: going('Namespace alice')},
  {recording: 'composite-dynamic-apply/09-finalize-nothing-left', answers: [], finalized: true},

  {recording: 'composite-server-side-apply/02-sync-nothing-exists', answers: ['Namespace bob'], ready: 'waiting for Namespace bob'},
  {recording: 'composite-server-side-apply/03-sync-after-create', answers: without(BOB, OWNER), leftOut: [DENY, QUOTA, OWNER], ready: AT_FIRST},
  {recording: 'composite-server-side-apply/04-sync-resync-steady', answers: without(BOB, OWNER), leftOut: [DENY, QUOTA, OWNER], ready: LATER},
  {recording: 'composite-server-side-apply/05-finalize-all-exist', answers: [], finalized: false, ready: going(allOf('bob'))},
  {recording: 'composite-server-side-apply/06-finalize-namespace-terminating', answers: [], finalized: false, ready: going('Namespace bob')},
  {recording: 'composite-server-side-apply/07-finalize-nothing-left', answers: [], finalized: true},
  // Not deleted, only let go: Metacontroller deletes nothing any more.
  {recording: 'composite-server-side-apply/08-finalize-released-by-selector', answers: without(KIM, OWNER), leftOut: [DENY, QUOTA, OWNER], finalized: true, ready: LATER},

  // No status: children are missing still, and writing it could lose the answer.
  {recording: 'decorator-beside-profile-controller/02-sync-namespace-just-created', answers: COMPANION},
  {recording: 'decorator-beside-profile-controller/03-sync-steady', answers: without(COMPANION, OWNER), leftOut: [DENY, EDITOR, OWNER]},
  {recording: 'decorator-beside-profile-controller/04-sync-collaborator-added-by-kfam', answers: without(COMPANION, OWNER), leftOut: [DENY, EDITOR, OWNER]},
  {recording: 'decorator-beside-profile-controller/05-sync-collaborator-removed-by-kfam', answers: without(COMPANION, OWNER), leftOut: [DENY, EDITOR, OWNER]},
  {recording: 'decorator-beside-profile-controller/06-finalize-all-exist', answers: [], finalized: false},
  {recording: 'decorator-beside-profile-controller/07-finalize-nothing-left', answers: [], finalized: true},

  {recording: 'decorator-server-side-apply/02-sync-namespace-missing', answers: []},
  {recording: 'decorator-server-side-apply/05-finalize-all-exist', answers: [], finalized: false},
  {recording: 'decorator-server-side-apply/06-finalize-nothing-left', answers: [], finalized: true},
];

/** Once the recorded binding for the owner is gone, ours is answered too. */
export const STEADY: readonly Row[] = [
  {recording: 'composite-dynamic-apply/05-sync-resync-steady', answers: ALICE},
  {recording: 'composite-server-side-apply/04-sync-resync-steady', answers: BOB},
  {recording: 'decorator-beside-profile-controller/03-sync-steady', answers: COMPANION},
];

/** Here somebody made the Namespace by hand, so that it is no Profile's: what would be deleted by a short answer. */
export const REFUSED = [
  {recording: 'decorator-server-side-apply/03-sync-partly-created', short: 'RoleBinding default-editor'},
  {recording: 'decorator-server-side-apply/04-sync-resync-steady', short: 'ConfigMap kfp-launcher and 7 more'},
];

export const CUSTOMIZE = [
  {recording: 'composite-dynamic-apply/01-customize', name: 'alice'},
  {recording: 'composite-dynamic-apply/06-customize-deleting', name: 'alice'},
  {recording: 'composite-server-side-apply/01-customize', name: 'bob'},
  {recording: 'decorator-beside-profile-controller/01-customize', name: 'erin'},
  {recording: 'decorator-server-side-apply/01-customize', name: 'carol'},
];

export function without(all: readonly string[], ...some: readonly string[]): string[] {
  return all.filter(name => !some.includes(name));
}
