import type {KubernetesObject} from '../kubernetes/object.ts';
import {buildAdmissionPolicy, buildAdmissionPolicyBinding} from './admission-policy.ts';
import {buildController} from './controller.ts';
import {leastPrivilege} from './least-privilege.ts';
import type {Needs} from './needs.ts';
import {LABELS, type ManifestOptions, METACONTROLLER_NAME} from './options.ts';

/** Where a comment goes: before the field at this path; before the whole document where it is empty. */
export interface Comment {
  readonly path: readonly (string | number)[];
  readonly text: string;
}

/** An object as `manifests` prints it. */
export interface Manifest {
  readonly object: KubernetesObject;
  readonly comments: readonly Comment[];
  /** The depth from which on lists and maps are written on one line. */
  readonly flowLevel: number;
}

/**
 * All that a cluster needs for Metacontroller to serve the templates: the policy before the role that it limits, and the
 * controller last.
 */
export function buildManifests(needs: Needs, options: ManifestOptions): Manifest[] {
  return [
    policyManifest(needs, options),
    {object: buildAdmissionPolicyBinding(), comments: [], flowLevel: 3},
    roleManifest(needs, options),
    bindingManifest(options),
    controllerManifest(needs, options),
  ];
}

function policyManifest(needs: Needs, options: ManifestOptions): Manifest {
  const text = `What Metacontroller may write, whatever its role says: children of the Profile whose namespace it is, of the
kinds that the templates render, and nothing else in the cluster. Without it the role below is as strong as
cluster-admin. It holds for this ServiceAccount alone and for all that it does: a Metacontroller that also serves other
controllers needs a ServiceAccount of its own for this one. Kubernetes 1.30 or newer.`;
  return {object: buildAdmissionPolicy(needs, options), comments: [{path: [], text}], flowLevel: 6};
}

function roleManifest(needs: Needs, options: ManifestOptions): Manifest {
  const rules = leastPrivilege(needs, options);
  const text = `All that Metacontroller needs for this controller, from the templates: run \`profile-sync manifests\` again after
changing them. Take its wider role away (Kubeflow Pipelines calls it kubeflow-metacontroller): only then is this the
limit. With leader election (--leader-election) it needs leases as well: get, create, update.`;
  return {
    object: {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: {name: METACONTROLLER_NAME, labels: LABELS},
      rules: rules.map(({rule}) => rule),
    } as unknown as KubernetesObject,
    comments: [{path: [], text}, ...rules.map(({reason}, index) => ({path: ['rules', index], text: reason}))],
    flowLevel: 3,
  };
}

function bindingManifest({serviceAccount}: ManifestOptions): Manifest {
  return {
    object: {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: {name: METACONTROLLER_NAME, labels: LABELS},
      roleRef: {apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: METACONTROLLER_NAME},
      subjects: [{kind: 'ServiceAccount', ...serviceAccount}],
    } as unknown as KubernetesObject,
    comments: [],
    flowLevel: 3,
  };
}

function controllerManifest(needs: Needs, options: ManifestOptions): Manifest {
  const object = buildController(needs, options);
  const isCompanion = needs.mode === 'companion';
  const [parents, children] = isCompanion
    ? ['resources', 'attachments']
    : ['parentResource', 'childResources'];
  const beside = isCompanion
    ? `A DecoratorController, for a CompositeController takes the owner references off the objects of profile-controller.`
    : `A CompositeController, for the hook's are all of a Profile's objects. Never beside profile-controller: it would take
the owner references off the latter's.`;
  const comments: Comment[] = [
    {path: [], text: `Asks the hook about every Profile and applies what it answers. ${beside}`},
    {
      path: ['spec', parents as string],
      text: 'Every Profile, never a labelSelector: a Profile that falls out of one is finalized while it lives.',
    },
    {
      path: ['spec', children as string],
      text: `The kinds that the templates render${
        options.observeSecrets
          ? '.'
          : `. Secrets are written all the same but not listed, so that Metacontroller watches none
and no key travels in a request.`
      } InPlace for all: nothing is deleted to be changed.`,
    },
  ];
  if (!options.tokenSecret)
    comments.push({
      path: ['spec', 'hooks'],
      text: `The token is the password in each url, for Metacontroller could take it from a Secret only by watching every Secret
of the cluster. It is masked in Metacontroller's log and Events, but whoever can read this object or Metacontroller's
metrics has it: keep both to administrators.`,
    });
  return {object, comments, flowLevel: 3};
}
