import {type FieldCheck, under} from './check.ts';

/** Where a kind's pods are described, metadata and spec, by `Kind.group/version`. */
const POD_TEMPLATES: {readonly [kind: string]: string} = {
  'CronJob.batch/v1': 'spec.jobTemplate.spec.template',
  'DaemonSet.apps/v1': 'spec.template',
  'Deployment.apps/v1': 'spec.template',
  'Job.batch/v1': 'spec.template',
  'PodTemplate.v1': 'template',
  'ReplicaSet.apps/v1': 'spec.template',
  'ReplicationController.v1': 'spec.template',
  'StatefulSet.apps/v1': 'spec.template',
};

/** Checks of pods for a kind: of what their metadata and their spec must be, wherever the kind has them. */
export function ofPods(
  key: string,
  {metadata = [], spec}: {metadata?: readonly FieldCheck[]; spec: readonly FieldCheck[]},
): readonly FieldCheck[] {
  // Its own metadata is every object's.
  if (key === 'Pod.v1') return under('spec', spec);
  const template = POD_TEMPLATES[key];
  if (template === undefined) return [];
  return [...under(`${template}.metadata`, metadata), ...under(`${template}.spec`, spec)];
}
