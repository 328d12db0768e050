import {formatResource} from '../kubernetes/resource.ts';
import type {Action, Binding} from '../rbac/evaluate.ts';
import {type Subject, subjectKey} from '../rbac/identity.ts';
import type {Leak} from '../rbac/isolation.ts';
import type {Cell} from '../rbac/matrix.ts';
import {type PolicyRule, splitResource} from '../rbac/rule.ts';

/** Kubernetes' own verbs as people expect them; others follow by name. */
const VERBS = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'];

/** Those whom a leak reaches and who are named; the rest is counted. */
const MAX_REACHED_SHOWN = 3;

/** The cells as a table: a line for each namespace, subject and resource, with the verbs that are allowed. */
export function formatMatrix(cells: readonly Cell[]): string {
  const rows = Map.groupBy(cells, ({verb: _, allowed: __, ...of}) => JSON.stringify(of));
  const lines = [...rows.values()].map(row => {
    const [{namespace, subject, ...action}] = row as [Cell];
    const verbs = row.filter(({allowed}) => allowed).map(({verb}) => verb);
    return [namespace, formatSubject(subject), formatObject(action), formatVerbs(verbs) || '-'];
  });
  return table([['NAMESPACE', 'SUBJECT', 'RESOURCE', 'VERBS'], ...lines]);
}

/** Who may do what, where, and through which binding. */
export function formatLeak({namespace, binding, subject, rules, reached}: Leak): string {
  const through = `through ${formatBinding(binding)} (${binding.roleRef.kind} ${binding.roleRef.name})`;
  const what = rules ? rules.map(formatRule).join('; ') : 'do what nobody here knows';
  const others = reached.filter(other => subjectKey(other) !== subjectKey(subject));
  const line = `${namespace}: ${formatSubject(subject)} may ${what} ${through}\n`;
  return others.length === 0 ? line : `${line}  which reaches ${formatSome(others)}\n`;
}

// `User alice@example.com`, `ServiceAccount alice/default-editor`.
function formatSubject({kind, name, namespace}: Subject): string {
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}

function formatSome(subjects: readonly Subject[]): string {
  const beyond = subjects.length - MAX_REACHED_SHOWN;
  const shown = subjects.slice(0, MAX_REACHED_SHOWN).map(formatSubject).join(', ');
  return beyond > 0 ? `${shown} and ${beyond} more` : shown;
}

function formatBinding({namespace, name}: Binding): string {
  return namespace === undefined ? `ClusterRoleBinding ${name}` : `RoleBinding ${name}`;
}

function formatRule({verbs, apiGroups = [], resources = [], resourceNames = []}: PolicyRule): string {
  const names = apiGroups.flatMap(group =>
    resources.map(resource => formatResource({group, ...splitResource(resource)})),
  );
  return [formatVerbs(verbs), names.join(', '), resourceNames.map(name => `"${name}"`).join(', ')]
    .filter(Boolean)
    .join(' ');
}

function formatVerbs(verbs: readonly string[]): string {
  const known = VERBS.filter(verb => verbs.includes(verb));
  return [...known, ...verbs.filter(verb => !VERBS.includes(verb)).sort()].join(' ');
}

function formatObject({name, ...resource}: Action): string {
  return formatResource(resource) + (name === undefined ? '' : ` "${name}"`);
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map(row => (row[column] ?? '').length)));
  const format = (row: readonly string[]) =>
    row.map((text, column) => text.padEnd(widths[column] ?? 0)).join('  ');
  return rows.map(row => `${format(row).trimEnd()}\n`).join('');
}
