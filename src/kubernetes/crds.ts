import {compileStructural} from './crds/compile.ts';
import {structuralProblems} from './crds/structural.ts';
import {groupKey, isJsonObject, type JsonObject} from './object.ts';
import {GENERATED_KINDS} from './schema/kinds.ts';
import {problemAt, type SchemaProblem} from './schema/problems.ts';
import {schemaProblems} from './schema.ts';

/** A kind that a CustomResourceDefinition adds, in one of its versions. */
export interface CustomKind {
  readonly scope: 'Namespaced' | 'Cluster';
  /** Lower case, as in urls and RBAC rules. */
  readonly plural: string;
  /** What is wrong with an object's fields, all of it. */
  readonly problems: (object: unknown) => SchemaProblem[];
}

/** Custom kinds by `Kind.group/version`. */
export type CustomKinds = ReadonlyMap<string, CustomKind>;

/** The kinds of one definition; none of them where there are problems, whose paths lead from the definition. */
export interface CompiledCrd {
  readonly kinds: CustomKinds;
  readonly problems: readonly SchemaProblem[];
}

/** The API server's own groups, which no definition adds to. Those without a dot are refused anyway. */
const OWN_GROUPS = [
  'admissionregistration.k8s.io',
  'apiextensions.k8s.io',
  'apiregistration.k8s.io',
  'authentication.k8s.io',
  'authorization.k8s.io',
  'certificates.k8s.io',
  'coordination.k8s.io',
  'discovery.k8s.io',
  'events.k8s.io',
  'flowcontrol.apiserver.k8s.io',
  'networking.k8s.io',
  'node.k8s.io',
  'rbac.authorization.k8s.io',
  'resource.k8s.io',
  'scheduling.k8s.io',
  'storage.k8s.io',
];

type Version = {
  readonly name: string;
  readonly served: boolean;
  readonly schema?: {openAPIV3Schema?: JsonObject};
};
type Spec = {
  readonly group: string;
  readonly scope: string;
  readonly names: {readonly kind: string; readonly plural: string};
  readonly versions: readonly Version[];
};

/**
 * Reads a CustomResourceDefinition of apiextensions.k8s.io/v1: a check for each version that is served, which refuses
 * fields that its schema does not have. Rules in CEL (`x-kubernetes-validations`) and defaults are left to the API server.
 */
export function compileCrd(crd: JsonObject): CompiledCrd {
  const problems = definitionProblems(crd);
  if (problems.length > 0) return {kinds: new Map(), problems};
  const spec = crd.spec as unknown as Spec;
  const kinds = new Map<string, CustomKind>();
  spec.versions.forEach(({name, served, schema}, index) => {
    const path = ['spec', 'versions', index, 'schema', 'openAPIV3Schema'];
    const root = schema?.openAPIV3Schema;
    if (!isJsonObject(root)) problems.push(problemAt(path, 'required field is missing'));
    else {
      problems.push(...structuralProblems(root, path));
      if (served && problems.length === 0) kinds.set(...customKind(spec, name, root));
    }
  });
  return {kinds: problems.length > 0 ? new Map() : kinds, problems};
}

function definitionProblems(crd: JsonObject): SchemaProblem[] {
  if (crd.kind !== 'CustomResourceDefinition' || crd.apiVersion !== 'apiextensions.k8s.io/v1')
    return [problemAt(['kind'], 'must be CustomResourceDefinition of apiextensions.k8s.io/v1')];
  const problems = schemaProblems(crd) ?? [];
  if (problems.length > 0) return problems;
  return [...spareProblems(crd.spec as unknown as Spec), ...openProblems(crd)];
}

function spareProblems({group, scope, names, versions}: Spec): SchemaProblem[] {
  const isOwn = !group.includes('.') || OWN_GROUPS.includes(group);
  const isBuiltIn = versions.some(({name}) => `${group}/${name} ${names.kind}` in GENERATED_KINDS);
  return [
    ...(isOwn || isBuiltIn
      ? [problemAt(['spec', 'group'], "must be other than Kubernetes' own groups")]
      : []),
    ...(scope === 'Namespaced' || scope === 'Cluster'
      ? []
      : [problemAt(['spec', 'scope'], 'must be one of Cluster, Namespaced')]),
    ...(versions.some(({served}) => served)
      ? []
      : [problemAt(['spec', 'versions'], 'must have a version that is served')]),
  ];
}

// Left over from the version before, in which unknown fields were kept.
function openProblems({spec}: JsonObject): SchemaProblem[] {
  return (spec as JsonObject).preserveUnknownFields === true
    ? [problemAt(['spec', 'preserveUnknownFields'], 'must be false')]
    : [];
}

function customKind({group, scope, names}: Spec, version: string, root: JsonObject): [string, CustomKind] {
  const key = groupKey({apiVersion: `${group}/${version}`, kind: names.kind});
  // Most definitions that come with a product have several versions, and a set renders one.
  let problems: CustomKind['problems'] | undefined;
  return [
    key,
    {
      scope: scope as CustomKind['scope'],
      plural: names.plural,
      problems: object => {
        problems ??= compileStructural(root);
        return problems(object);
      },
    },
  ];
}
