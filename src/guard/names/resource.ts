import {isJsonObject} from '../../kubernetes/object.ts';
import {COUNTED_RESOURCES} from '../../kubernetes/quota-resources.ts';
import type {Check} from '../fields/check.ts';
import {type Format, keys, labelKey} from '../fields/formats.ts';
import {planOf} from '../fields/plan.ts';

const COMPUTE = ['cpu', 'memory', 'ephemeral-storage'];
const QUOTA = [
  ...COMPUTE,
  ...COMPUTE.flatMap(name => [`limits.${name}`, `requests.${name}`]),
  ...COUNTED_RESOURCES,
  'requests.storage',
];
const HUGE_PAGES = 'hugepages-';

/** Resources that containers ask for: Kubernetes' own, and those of devices, such as nvidia.com/gpu. */
export const containerResource: Format = {
  accepts: name => {
    if (!labelKey.accepts(name)) return false;
    if (!name.includes('/')) return COMPUTE.includes(name) || name.startsWith(HUGE_PAGES);
    return isNative(name) || (!name.startsWith('requests.') && labelKey.accepts(`requests.${name}`));
  },
  description: 'cpu, memory, ephemeral-storage, hugepages-2Mi or a name such as nvidia.com/gpu',
};

/** Resources that other things than containers and pods have. */
const limitedResource: Format = {
  accepts: name => isQualifiedResource(name, [...QUOTA, 'storage']),
  description: 'cpu, memory, storage or a name such as nvidia.com/gpu',
};

const LIMITS = 'default|defaultRequest|max|maxLimitRequestRatio|min';
const ofContainers = planOf([[LIMITS, keys(containerResource)]]);
const ofOthers = planOf([[LIMITS, keys(limitedResource)]]);

/** Resources in one type's limits of a LimitRange. */
export const limitedResources: Check = value => {
  const isContainer = isJsonObject(value) && (value.type === 'Container' || value.type === 'Pod');
  return isContainer ? ofContainers(value) : ofOthers(value);
};

/** What a ResourceQuota limits. */
export const quotaResource: Format = {
  accepts: name => isQualifiedResource(name, QUOTA),
  description:
    'a resource such as requests.cpu, limits.memory, pods or requests.nvidia.com/gpu, or a number of objects such as count/pods',
};

/** Whether more may be used than is asked for: not so for devices and huge pages. */
export function isOvercommitted(name: string): boolean {
  return isNative(name) && !name.startsWith(HUGE_PAGES);
}

/** Whether it is counted in whole numbers. */
export function isWhole(name: string): boolean {
  return COUNTED_RESOURCES.includes(name) || !(isNative(name) || name.startsWith('requests.'));
}

function isQualifiedResource(name: string, known: readonly string[]): boolean {
  if (!labelKey.accepts(name)) return false;
  return name.includes('/') || known.includes(name) || /^(?:requests\.)?hugepages-/.test(name);
}

function isNative(name: string): boolean {
  return !name.includes('/') || name.includes('kubernetes.io/');
}
