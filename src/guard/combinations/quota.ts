import {isJsonObject, type Json} from '../../kubernetes/object.ts';
import {POD_RESOURCES} from '../../kubernetes/quota-resources.ts';
import {asText, type Check, type FieldCheck, fault, ofMap} from '../fields/check.ts';
import {quotaResource} from '../names/resource.ts';
import {unique} from './choice.ts';
import {limits, quantities} from './quantity.ts';
import {REQUIREMENTS} from './selector.ts';

const PODS = ['pods'];
const CLAIMS = ['persistentvolumeclaims', 'requests.storage'];

/** What a quota of a scope can limit. */
const OF_SCOPES: {readonly [scope: string]: readonly string[]} = {
  BestEffort: PODS,
  CrossNamespacePodAffinity: POD_RESOURCES,
  NotBestEffort: POD_RESOURCES,
  NotTerminating: POD_RESOURCES,
  PriorityClass: POD_RESOURCES,
  Terminating: POD_RESOURCES,
  VolumeAttributesClass: CLAIMS,
};

/** Scopes of which no object is in both. */
const OPPOSITES = [
  ['BestEffort', 'NotBestEffort'],
  ['Terminating', 'NotTerminating'],
] as const;

const scopes: Check = ofMap(({scopes: list = [], scopeSelector, hard}) => {
  const selected = isJsonObject(scopeSelector) ? scopeSelector.matchExpressions : undefined;
  return [
    ...scopeFaults(['scopes'], textsIn(list), hard),
    ...scopeFaults(['scopeSelector', 'matchExpressions'], scopeNames(selected), hard),
  ];
});

function scopeFaults(path: readonly string[], names: readonly string[], hard: Json | undefined) {
  const resources = isJsonObject(hard) ? Object.keys(hard) : [];
  const misfits = names.filter(scope =>
    resources.some(resource => isStandard(resource) && OF_SCOPES[scope]?.includes(resource) === false),
  );
  const conflicts = OPPOSITES.filter(pair => pair.every(scope => names.includes(scope)));
  return [
    ...misfits.map(scope => fault(path, `must not have ${scope} beside what it cannot limit`)),
    ...conflicts.map(pair => fault(path, `must not have both ${pair.join(' and ')}`)),
  ];
}

const ONLY_EXISTS = [
  'BestEffort',
  'CrossNamespacePodAffinity',
  'NotBestEffort',
  'NotTerminating',
  'Terminating',
];
const scopeOperator: Check = ofMap(({scopeName, operator}) =>
  ONLY_EXISTS.includes(asText(scopeName)) && operator !== 'Exists'
    ? [fault(['operator'], `must be Exists for the scope ${scopeName}`)]
    : [],
);

const limitType: Check = value =>
  typeof value !== 'string' ||
  ['Container', 'PersistentVolumeClaim', 'Pod'].includes(value) ||
  value.includes('/')
    ? []
    : [fault([], 'must be Container, PersistentVolumeClaim or Pod')];

/** A ResourceQuota's spec. */
export const RESOURCE_QUOTA: readonly FieldCheck[] = [
  ['hard', quantities],
  ['', scopes],
  ['scopeSelector.matchExpressions[]', scopeOperator],
  ...REQUIREMENTS.map(([pattern, check]) => [`scopeSelector.${pattern}`, check] as const),
];

/** A LimitRange's spec. */
export const LIMIT_RANGE: readonly FieldCheck[] = [
  ['limits', unique(['type'])],
  ['limits[]', limits],
  ['limits[].type', limitType],
];

function isStandard(resource: string): boolean {
  return !resource.includes('/') && quotaResource.accepts(resource);
}

function textsIn(list: Json): string[] {
  return Array.isArray(list) ? list.map(asText) : [];
}

function scopeNames(list: Json | undefined): string[] {
  return Array.isArray(list) ? list.filter(isJsonObject).map(({scopeName}) => asText(scopeName)) : [];
}
