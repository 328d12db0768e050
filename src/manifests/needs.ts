import {type Problem, TemplateError} from '../errors.ts';
import type {Mode} from '../guard/tenancy.ts';
import type {CustomKinds} from '../kubernetes/crds.ts';
import {resourceOf} from '../kubernetes/resource.ts';
import type {Template} from '../template/compile.ts';
import type {TemplateSet} from '../template/set.ts';
import {type Survey, surveyTemplates} from '../template/survey.ts';
import {type Grants, readGrants} from './grants.ts';

/** By which a namespace says how much its Pods may do. */
export const POD_SECURITY_LABEL = 'pod-security.kubernetes.io/enforce';

/** A kind that Metacontroller writes. */
export interface ChildKind {
  readonly apiVersion: string;
  /** Empty for the core group. */
  readonly group: string;
  readonly resource: string;
}

/** All that Metacontroller has to be told and allowed, as the templates have it. */
export interface Needs {
  readonly mode: Mode;
  /** Sorted by group and resource; Secrets among them. */
  readonly kinds: readonly ChildKind[];
  /** Names of the Secrets, sorted. */
  readonly secrets: readonly string[];
  readonly grants: Grants;
  /** What the Namespaces say of `pod-security.kubernetes.io/enforce`, sorted; empty where one says nothing. */
  readonly podSecurity: readonly string[];
  /** Profiles that may take over a namespace without a controller. */
  readonly adopt: readonly {readonly name: string; readonly uid: string}[];
}

/** Reads from a set what Metacontroller needs for it. Throws TemplateError with everything that no role should cover. */
export function readNeeds(set: TemplateSet): Needs {
  const survey = surveyTemplates(set);
  const {base, variants} = set.values;
  const guards = [base, ...variants].map(({values}) => values.guards);
  const problems: Problem[] = [];
  const kinds = readKinds(survey.templates, definedResources(set.crds), problems);
  const secrets = readSecrets(survey, problems);
  const allowed = {
    clusterRoles: guards.flatMap(({clusterRoles}) => clusterRoles),
    roles: guards.flatMap(({roles}) => roles),
  };
  const grants = readGrants(survey, allowed, problems);
  if (problems.length > 0) throw new TemplateError(distinct(problems));
  const podSecurity = readPodSecurity(survey);
  return {mode: set.mode, kinds, secrets, grants, podSecurity, adopt: base.values.adopt};
}

function definedResources(crds: CustomKinds = new Map()): {[kind: string]: string} {
  return Object.fromEntries([...crds].map(([kind, {plural}]) => [kind, plural]));
}

function readPodSecurity({objects}: Survey): string[] {
  const namespaces = objects.filter(({object}) => object.kind === 'Namespace');
  const levels = namespaces.map(({object}) => object.metadata.labels?.[POD_SECURITY_LABEL] ?? '');
  return [...new Set(levels)].sort();
}

function readKinds(
  templates: readonly Template[],
  resources: {readonly [kind: string]: string},
  problems: Problem[],
): ChildKind[] {
  const found = new Map<string, ChildKind>();
  for (const {apiVersion, kind, locate} of templates) {
    const name = resourceOf({apiVersion, kind}, resources);
    if (name) found.set(`${name.group} ${apiVersion} ${name.resource}`, {apiVersion, ...name});
    else {
      const message = `cannot name the resource of ${kind}.${apiVersion}, which Metacontroller needs in its role`;
      problems.push({
        ...locate(['kind']),
        message,
        hint: 'give its definition by --crds',
      });
    }
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, kind]) => kind);
}

// A role can name Secrets only one by one: a name that hangs on the tenant would need them all.
function readSecrets({objects}: Survey, problems: Problem[]): string[] {
  const names = new Map<Template, Set<string>>();
  for (const {object, template} of objects.filter(({object}) => object.kind === 'Secret'))
    names.set(template, (names.get(template) ?? new Set()).add(object.metadata.name));
  for (const [template, {size}] of names) {
    if (size === 1) continue;
    const message = "cannot name this Secret in Metacontroller's role: its name differs between Profiles";
    problems.push({
      ...template.locate(['metadata', 'name']),
      message,
      hint: 'write it without an expression',
    });
  }
  return [...new Set([...names.values()].flatMap(each => [...each]))].sort();
}

function distinct(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map(problem => [JSON.stringify(problem), problem])).values()];
}
