import type {GuardContext} from '../context.ts';
import type {Violation} from '../violation.ts';
import {conditionsOn, isListOf, operationsOnly} from './authorization-condition.ts';
import {type Place, refusalOf, shown} from './place.ts';

/** How the notebook controller asks whether a notebook is idle. */
const KERNELS = {methods: ['GET'], paths: ['*/api/kernels']};

const ALLOW = 'guards.network.principals can list it';

const refuse = refusalOf('network/authorization', 'AuthorizationPolicy');

/** Checks that each of a source's principals may call the tenant as the rest of the rule says. */
export function checkPrincipals(
  principals: readonly Place[],
  rule: Place,
  context: GuardContext,
): Violation[] {
  return principals.flatMap(principal => checkPrincipal(principal, rule, context));
}

function checkPrincipal(principal: Place, rule: Place, context: GuardContext): Violation[] {
  const {value} = principal;
  const {guards, istio} = context.values;
  const {gateway, pipelinesUi, notebookController} = istio.principals;
  if (typeof value !== 'string' || value.includes('*')) {
    return [refuse(principal, `principal ${shown(principal)} can be several`, 'write each without *')];
  }
  const trustDomains = [gateway, pipelinesUi, notebookController].map(trustDomainOf);
  if (isOwn(value, context.namespace, trustDomains) || guards.network.principals.includes(value)) return [];
  const isController = value === notebookController;
  if (isController && operationsOnly(rule, KERNELS)) return [];
  if (value === gateway || value === pipelinesUi) return checkUser(principal, rule, context);
  if (isController) {
    const hint = `write methods: [GET] and paths: ["*/api/kernels"] for it alone; ${ALLOW}`;
    return [refuse(principal, 'the notebook controller needs no more than GET */api/kernels', hint)];
  }
  return [
    refuse(principal, `principal ${shown(principal)} is neither the tenant's nor the platform's`, ALLOW),
  ];
}

// Of another mesh that this one trusts, it would be another namespace of the same name.
function isOwn(principal: string, namespace: string, trustDomains: readonly string[]): boolean {
  const [trustDomain, ns, name, sa, serviceAccount, ...rest] = principal.split('/');
  return (
    trustDomains.includes(trustDomain as string) &&
    ns === 'ns' &&
    name === namespace &&
    sa === 'sa' &&
    !!serviceAccount &&
    rest.length === 0
  );
}

function trustDomainOf(principal: string): string {
  return principal.split('/')[0] as string;
}

// The gateway and KFP's UI speak for every user of Kubeflow: the header says for whom.
function checkUser(principal: Place, rule: Place, context: GuardContext): Violation[] {
  const {userIdHeader} = context.values.istio;
  const users = usersOf(context);
  const conditions = conditionsOn(rule, `request.headers[${userIdHeader}]`);
  if (conditions.some(values => isListOf(values, users))) return [];
  if (conditions.length === 0) {
    const hint = `write when, with key request.headers[${userIdHeader}] and the owner's name; ${ALLOW}`;
    return [refuse(principal, `principal ${shown(principal)} speaks for every user`, hint)];
  }
  return conditions
    .flat()
    .filter(({value}) => !users.some(user => user === value))
    .map(user =>
      refuse(
        user,
        `user ${shown(user)} is neither the owner nor a collaborator`,
        'write the name with values.istio.userIdPrefix, and without * at either end',
      ),
    );
}

/** The header's values for those who are at home here; with * at an end Istio would take one for others too. */
function usersOf({owner, collaborators, values}: GuardContext): string[] {
  return [owner, ...collaborators.filter(({kind}) => kind === 'User')]
    .filter(({name}) => name !== '')
    .map(({name}) => `${values.istio.userIdPrefix}${name}`)
    .filter(user => !user.startsWith('*') && !user.endsWith('*'));
}
