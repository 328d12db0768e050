import {hash} from 'node:crypto';
import {LRUCache} from 'lru-cache';
import type {CustomKinds} from '../kubernetes/crds.ts';
import {jsonOf} from '../kubernetes/json.ts';
import type {KubernetesObject} from '../kubernetes/object.ts';
import {lintApply} from '../metacontroller/apply-lint.ts';
import {checkCloudIdentity} from './cloud-identity.ts';
import {checkCombinations} from './combinations.ts';
import type {GuardContext} from './context.ts';
import {checkKey} from './key.ts';
import {checkMetadata} from './metadata.ts';
import {checkNames} from './names.ts';
import {checkNetwork, checkNetworkObject} from './network.ts';
import {checkPods} from './pods.ts';
import {checkBindings} from './rbac/binding.ts';
import {checkRole} from './rbac/role.ts';
import {createSchemaGuard} from './schema.ts';
import {checkSecretType} from './secrets.ts';
import {checkSize, checkTotalSize} from './size.ts';
import {checkKind, checkScope, checkTenancy} from './tenancy.ts';
import type {ObjectGuard, ObjectViolation, TenantGuard, Violation} from './violation.ts';

/** All that one tenant is to get, canonical. */
export interface Rendering {
  readonly objects: readonly KubernetesObject[];
  /** Roles whose rules come from parts: those are judged where they are written. */
  readonly aggregated: readonly KubernetesObject[];
  /** Roles that lend their rules to others, and are not answered themselves. */
  readonly parts: readonly KubernetesObject[];
  /** What may hold the tenant's key, as it was rendered, and the same with another key. */
  readonly keyed: () => {
    readonly objects: readonly KubernetesObject[];
    readonly withOtherKey: readonly KubernetesObject[];
  };
}

/** Judges what a tenant is to get: everything that is wrong with it, in the order of the objects. Pure. */
export type Guard = (rendering: Rendering, context: GuardContext) => readonly ObjectViolation[];

const OBJECT_GUARDS: readonly ObjectGuard[] = [
  checkMetadata,
  checkCloudIdentity,
  checkNames,
  checkCombinations,
  checkRole,
  checkPods,
  checkSecretType,
  checkNetworkObject,
  lintApply,
  checkSize,
];

const TENANT_GUARDS: readonly TenantGuard[] = [checkBindings, checkNetwork, checkTotalSize];

/** About as many tenants' renderings as a hook serves; a verdict is a hash. */
const MAX_VERDICTS = 20_000;

/** Ends work that takes too long, by throwing. */
export type Limit = <T>(work: () => T) => T;

/**
 * A guard that remembers what it found nothing wrong with; `crds` are kinds that the admin has defined. Judging is
 * limited: their patterns, and lists made of what users write, can take it very long.
 */
export function createGuard(crds?: CustomKinds, limit: Limit = work => work()): Guard {
  const guard = createForgetfulGuard(crds);
  return remembering((rendering, context) => limit(() => guard(rendering, context)));
}

/** A guard that judges everything each time. */
export function createForgetfulGuard(crds: CustomKinds = new Map()): Guard {
  const guards = [createSchemaGuard(crds), ...OBJECT_GUARDS];
  return ({objects, aggregated, parts, keyed}, context) => {
    const judged = (all: readonly KubernetesObject[]) =>
      all.flatMap(object => judgeObject(object, context, crds, guards));
    const answered = [...objects, ...aggregated];
    const pair = keyed();
    return [
      ...judged([...parts, ...objects]),
      ...judged(aggregated).filter(({path}) => path[0] !== 'rules'),
      ...TENANT_GUARDS.flatMap(guard => guard(answered, context)),
      ...checkKey(pair.objects, pair.withOtherKey),
    ];
  };
}

// Of a kind that is not allowed there is no more to say.
function judgeObject(
  object: KubernetesObject,
  context: GuardContext,
  crds: CustomKinds,
  guards: readonly ObjectGuard[],
): ObjectViolation[] {
  const {mode, values} = context;
  const kind = [...checkKind(object, {mode, extraKinds: values.guards.kinds}), ...checkScope(object, crds)];
  const found = kind.length > 0 ? kind : [checkTenancy, ...guards].flatMap(guard => guard(object, context));
  return withoutEchoes(found).map(violation => ({...violation, object}));
}

/** Where another rule says what is wrong with a field, that it is no such field besides is noise. */
function withoutEchoes(found: readonly Violation[]): readonly Violation[] {
  const isOfSchema = ({rule}: Violation) => rule.startsWith('schema/');
  const told = new Set(found.filter(each => !isOfSchema(each)).map(({path}) => path.join('\n')));
  return found.filter(each => !(isOfSchema(each) && told.has(each.path.join('\n'))));
}

/** Metacontroller asks again and again, and what is rendered seldom differs. */
function remembering(guard: Guard): Guard {
  const passed = new LRUCache<string, true>({max: MAX_VERDICTS});
  const valueSets = new WeakMap<object, number>();
  let known = 0;
  return (rendering, context) => {
    const {values, ...rest} = context;
    const number = valueSets.get(values) ?? ++known;
    valueSets.set(values, number);
    const {objects, aggregated, parts} = rendering;
    const texts = [objects, aggregated, parts].map(all => all.map(jsonOf).join('\n'));
    const key = hash('sha256', [number, JSON.stringify(rest), ...texts].join('\n\n'), 'base64');
    if (passed.has(key)) return [];
    const violations = guard(rendering, context);
    if (violations.length === 0) passed.set(key, true);
    return violations;
  };
}
