import {type CanIQuestion, readCanIConfig} from '../config.ts';
import {ConfigError} from '../errors.ts';
import {formatResource, isKnownResource} from '../kubernetes/resource.ts';
import {nearest} from '../nearest.ts';
import {decide, type Grant, grantsTo} from '../rbac/evaluate.ts';
import {identify, identityOf} from '../rbac/identity.ts';
import {findLeaks} from '../rbac/isolation.ts';
import {accessMatrix, permissionsOf, subjectsOf} from '../rbac/matrix.ts';
import {type Access, readAccess} from './access.ts';
import {formatLeak, formatMatrix} from './can-i-text.ts';
import {type Findings, reportFindings} from './findings.ts';

const CAN_I_HELP = `Usage: profile-sync can-i VERB RESOURCE[.GROUP][/SUBRESOURCE] -n NAMESPACE --as USER --profiles FILE... [options]
       profile-sync can-i --matrix --profiles FILE... [options]
       profile-sync can-i --isolation --profiles FILE... [options]

Says whether somebody may do something in a Profile's namespace, by Kubernetes' RBAC over what the templates render
for these Profiles. Needs no cluster. Counted besides are RoleBindings in the given files, such as KFAM writes for
collaborators, and in companion mode profile-controller's own three. Prints yes or no, as kubectl auth can-i does;
unlike there, what stands behind a slash is a subresource.

Options
  -n, --namespace NAME   the namespace of one of the Profiles
  --as USER              who asks: a user name, or system:serviceaccount:NAMESPACE:NAME
  --as-group GROUP       a group of theirs; repeat it. Those that Kubernetes adds by itself are counted anyway
  --resource-name NAME   the one object that is asked for
  --profiles FILE        Profiles, their Namespaces and RoleBindings; repeat it, or name several files
  --cluster-roles FILE   ClusterRoles and ClusterRoleBindings, such as kubectl get clusterroles -o yaml prints
  --matrix               print everybody whom these Profiles' bindings name, and all they may do
  --isolation            look for anybody who may do anything in a namespace of somebody else
  -o, --output FORMAT    of --matrix: text (default) or json, which has every cell
  --mode MODE            companion (default) or standalone
  --templates DIR        template folder instead of the shipped ones; repeat it, a later file replaces an
                         earlier one of the same name
  --values FILE          values over the shipped templates/values.yaml
  --crds DIR             CustomResourceDefinitions of the kinds in guards.kinds
  -h, --help
  --version

Exit status: 0 yes, printed, or isolated; 1 no, not isolated, or something is wrong with templates, values or a
file; 2 wrong usage.
`;

/** Answers from RBAC who may do what. Throws ConfigError or TemplateError. */
export async function canICommand(args: string[]): Promise<number> {
  const config = readCanIConfig(args);
  if (config === 'help') return print(CAN_I_HELP, 0);
  const findings: Findings = {errors: [], warnings: []};
  const access = readAccess(config, findings);
  if (!reportFindings(findings) || !access) return 1;
  const {task} = config;
  if (task.kind === 'question') return answer(access, task);
  return task.kind === 'matrix' ? printMatrix(access, task.output) : proveIsolation(access);
}

function answer({policy, tenants}: Access, {namespace, user, groups, action}: CanIQuestion): number {
  const namespaces = tenants.map(tenant => tenant.namespace);
  if (!namespaces.includes(namespace)) {
    const near = nearest(namespace, namespaces);
    const hint = near ? ` (did you mean ${near}?)` : '';
    throw new ConfigError(`cannot use --namespace "${namespace}": no given Profile has it${hint}`);
  }
  warnOfUnknownResource({policy, tenants}, action);
  const identity = identify(user, groups);
  const grants = grantsTo(policy, identity, namespace);
  if (decide(identity, grants, action)) return print('yes\n', 0);
  warnOfUnknownRoles(grants);
  return print('no\n', 1);
}

function printMatrix({policy, tenants}: Access, output: 'text' | 'json'): number {
  const identities = subjectsOf(policy, tenants).map(subject => identityOf(subject));
  warnOfUnknownRoles(
    tenants.flatMap(({namespace}) => identities.flatMap(identity => grantsTo(policy, identity, namespace))),
  );
  const cells = accessMatrix(policy, tenants);
  return print(output === 'json' ? `${JSON.stringify(cells, null, 2)}\n` : formatMatrix(cells), 0);
}

function proveIsolation({policy, tenants}: Access): number {
  const leaks = findLeaks(policy, tenants);
  const subjects = count(subjectsOf(policy, tenants).length, 'subject');
  const namespaces = count(tenants.length, 'namespace');
  if (leaks.length > 0) {
    const summary = `not isolated: ${count(leaks.length, 'grant')} to somebody else among ${subjects}, ${namespaces}\n`;
    return print(leaks.map(formatLeak).join('') + summary, 1);
  }
  const permissions = count(permissionsOf(policy, tenants).length, 'permission');
  return print(
    `isolated: of ${subjects} nobody has any of ${permissions} in another tenant's namespace (${namespaces})\n`,
    0,
  );
}

function warnOfUnknownRoles(grants: readonly Grant[]): void {
  const unknown = grants.filter(({rules}) => rules === undefined).map(({binding}) => binding.roleRef);
  const names = [...new Set(unknown.map(({kind, name}) => `${kind} ${name}`))].sort();
  if (names.length === 0) return;
  const hint = '--cluster-roles FILE gives those of ClusterRoles';
  const message = `the rules of ${names.join(', ')} are unknown and not counted (${hint})`;
  process.stderr.write(`warning: ${message}\n`);
}

// kubectl asks the cluster whether there is such a resource: a misspelt one would be denied without a word.
function warnOfUnknownResource({policy, tenants}: Access, action: CanIQuestion['action']): void {
  const {group, resource, subresource} = action;
  const known = permissionsOf(policy, tenants);
  const isNamed = known.some(other => other.group === group && other.resource === resource);
  if (resource === '*' || isNamed || isKnownResource(action)) return;
  const asked = formatResource({group, resource});
  const names = new Set(known.map(other => formatResource({group: other.group, resource: other.resource})));
  const near = [...names].find(name => name.startsWith(`${resource}.`)) ?? nearest(asked, names);
  const hint = near ? ` (did you mean ${near}${subresource ? `/${subresource}` : ''}?)` : '';
  process.stderr.write(`warning: nothing here knows a resource ${asked}${hint}\n`);
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function print(text: string, status: number): number {
  process.stdout.write(text);
  return status;
}
