import {ownValue} from '../../kubernetes/object.ts';
import {type FieldCheck, under} from '../fields/check.ts';
import {atMostOne} from './choice.ts';
import {CLAIM} from './claim.ts';
import {CONTAINER} from './container.ts';
import {CRON_JOB} from './cron-job.ts';
import {NETWORK_POLICY} from './network-policy.ts';
import {POD_PARTS} from './pod.ts';
import {LIMIT_RANGE, RESOURCE_QUOTA} from './quota.ts';
import {ROLE, ROLE_BINDING} from './rbac.ts';
import {countOrPercent, DEPLOYMENT_ROLLOUT, SET_ROLLOUT} from './rollout.ts';
import {secretType} from './secret.ts';
import {REQUIREMENTS} from './selector.ts';
import {SERVICE} from './service.ts';
import {AUTOSCALER, INGRESS} from './traffic.ts';
import {JOB, MOUNTS, REPLICATION_CONTROLLER, STATEFUL_SET, WORKLOAD} from './workload.ts';

const SELECTOR = under('selector', REQUIREMENTS);

/** Fields of a kind's spec that hang on each other, beside those of its pods, by `Kind.group/version`. */
const SPECS: {readonly [kind: string]: readonly FieldCheck[]} = {
  'CronJob.batch/v1': CRON_JOB,
  'DaemonSet.apps/v1': [...WORKLOAD, ...SELECTOR, ...SET_ROLLOUT],
  'Deployment.apps/v1': [...WORKLOAD, ...SELECTOR, ...DEPLOYMENT_ROLLOUT],
  'HorizontalPodAutoscaler.autoscaling/v2': AUTOSCALER,
  'Ingress.networking.k8s.io/v1': INGRESS,
  'Job.batch/v1': [...JOB, ...SELECTOR],
  'LimitRange.v1': LIMIT_RANGE,
  'NetworkPolicy.networking.k8s.io/v1': [
    ...under('podSelector', REQUIREMENTS),
    ...under('ingress|egress[].from|to[].podSelector|namespaceSelector', REQUIREMENTS),
    ...NETWORK_POLICY,
  ],
  'PersistentVolumeClaim.v1': CLAIM,
  'Pod.v1': MOUNTS,
  'PodDefault.kubeflow.org/v1alpha1': [...POD_PARTS, ...CONTAINER, ...SELECTOR],
  'PodDisruptionBudget.policy/v1': [
    ...SELECTOR,
    ['', atMostOne('minAvailable', 'maxUnavailable')],
    ['minAvailable|maxUnavailable', countOrPercent(100)],
  ],
  'ReplicaSet.apps/v1': [...WORKLOAD, ...SELECTOR],
  'ReplicationController.v1': REPLICATION_CONTROLLER,
  'ResourceQuota.v1': RESOURCE_QUOTA,
  'Service.v1': SERVICE,
  'StatefulSet.apps/v1': [
    ...STATEFUL_SET,
    ...SELECTOR,
    ...SET_ROLLOUT,
    ...under('volumeClaimTemplates[].spec', CLAIM),
  ],
};

/** The same for kinds without a spec. */
const OTHERS: {readonly [kind: string]: readonly FieldCheck[]} = {
  'PodTemplate.v1': under('template.spec', MOUNTS),
  'Role.rbac.authorization.k8s.io/v1': ROLE,
  'RoleBinding.rbac.authorization.k8s.io/v1': ROLE_BINDING,
  'Secret.v1': [['', secretType]],
};

/** What must hold between the fields of a kind, and in their values. */
export function combinationsOf(key: string): readonly FieldCheck[] {
  return [...under('spec', ownValue(SPECS, key) ?? []), ...(ownValue(OTHERS, key) ?? [])];
}
