import {resourceOf} from '../kubernetes/resource.ts';
import {finalizerOf, UID_LABEL} from '../metacontroller/marks.ts';
import {PROFILE_CONTROLLER_OBJECTS} from '../profile/profile-controller.ts';
import {IS_PROFILE, list, literal, quote} from './cel-text.ts';
import {type Needs, POD_SECURITY_LABEL} from './needs.ts';
import {NAME} from './options.ts';

/** One check of the policy: a CEL expression, and what a refused write is told. */
export interface Validation {
  readonly message: string;
  readonly expression: string;
}

/** Kubeflow's mark on tenants' namespaces, which only an admin of the cluster can set: profile-controller's label file. */
const TENANT_LABEL = 'app.kubernetes.io/part-of';
const TENANT = 'kubeflow-profile';

/** Beside it none of what profile-controller makes is ours, though the same Profile controls them. */
const PROFILE_CONTROLLERS = PROFILE_CONTROLLER_OBJECTS.flatMap(({names, ...kind}) =>
  names.map(name => `${resourceOf(kind)?.resource}/${name}`),
);

const RBAC = 'rbac.authorization.k8s.io';

/** All that a write of Metacontroller's is held to; `variables` are those of the policy. */
export function validations(needs: Needs): Validation[] {
  return [
    ...profileValidations(needs),
    ...childValidations(needs),
    ...namespaceValidations(needs),
    ...contentValidations(needs),
  ];
}

function profileValidations({mode, kinds}: Needs): Validation[] {
  const written = [...kinds.map(({group, resource}) => `${group}/${resource}`)];
  const finalizer = quote(finalizerOf(mode, NAME));
  const unchanged = ['labels', 'annotations', 'ownerReferences'].map(
    field => `object.metadata.?${field} == oldObject.metadata.?${field}`,
  );
  const finalizers = (object: string) =>
    `${object}.metadata.?finalizers.orValue([]).filter(f, f != ${finalizer})`;
  return [
    {
      message: 'profile-sync: Metacontroller may write Profiles and the kinds of the templates alone',
      expression: `variables.isProfile || (request.?subResource.orValue('') == '' && variables.kind in ${list(written)})`,
    },
    {
      message: 'profile-sync: of a Profile, Metacontroller may change its own finalizer and the status',
      expression: [
        "!variables.isProfile || (request.operation == 'UPDATE' && request.?subResource.orValue('') in ['', 'status']",
        'object.?spec == oldObject.?spec',
        ...unchanged,
        `${finalizers('object')} == ${finalizers('oldObject')})`,
      ].join('\n&& '),
    },
  ];
}

function childValidations({mode}: Needs): Validation[] {
  const label = (key: string) => `namespaceObject.metadata.?labels[?${quote(key)}].orValue('')`;
  // A policy sees of a namespace its labels and annotations, not its owner references.
  const theirs =
    mode === 'companion'
      ? `namespaceObject != null && ${label(TENANT_LABEL)} == ${quote(TENANT)}`
      : `namespaceObject != null && variables.profiles.exists(o, o.uid == ${label(UID_LABEL)})`;
  const common: Validation[] = [
    {
      message: 'profile-sync: not a child of the Profile whose namespace this is',
      expression: `variables.isProfile || variables.changesOwnerOnly || (request.operation == 'DELETE' ? variables.isMarked
: variables.isMarked && variables.profiles.exists(o, o.name == variables.tenant)
  && (variables.kind == '/namespaces' || (${theirs})))`,
    },
    {
      message: 'profile-sync: somebody else controls this object',
      expression: `variables.isProfile || variables.changesOwnerOnly || request.operation != 'UPDATE'
|| oldObject.metadata.?ownerReferences.orValue([]).all(o,
  !o.?controller.orValue(false) || variables.profiles.exists(p, p.uid == o.uid))`,
    },
  ];
  const beside: Validation = {
    message: "profile-sync: this object is profile-controller's",
    expression: `!((request.resource.resource + '/' + request.name) in ${list(PROFILE_CONTROLLERS)})`,
  };
  return mode === 'companion' ? [...common, beside] : common;
}

function namespaceValidations({kinds, adopt, podSecurity}: Needs): Validation[] {
  if (!kinds.some(({group, resource}) => group === '' && resource === 'namespaces')) return [];
  const adopted = adopt.map(
    ({name, uid}) =>
      `(request.name == ${quote(name)} && variables.profiles.exists(o, o.uid == ${quote(uid)}))`,
  );
  const old = `oldObject.metadata.?ownerReferences.orValue([]).exists(o, ${IS_PROFILE} && o.name == request.name)`;
  const level = (object: string) => `${object}.metadata.?labels[?${quote(POD_SECURITY_LABEL)}].orValue('')`;
  return [
    {
      message: 'profile-sync: this namespace was there before the Profile (values.adopt can list it)',
      expression: `variables.kind != '/namespaces' || variables.changesOwnerOnly || request.operation != 'UPDATE'
|| ${[old, ...adopted].join('\n|| ')}`,
    },
    {
      message: 'profile-sync: the templates give namespaces another Pod Security level',
      expression: `variables.kind != '/namespaces' || variables.changesOwnerOnly || request.operation == 'DELETE'
|| ${level('object')} in ${list(podSecurity)}
|| (request.operation == 'UPDATE' && ${level('object')} == ${level('oldObject')})`,
    },
  ];
}

function contentValidations({kinds, secrets, grants}: Needs): Validation[] {
  const has = (name: string) => kinds.some(({resource}) => resource === name);
  const unless = (kind: string) =>
    `variables.kind != '${kind}' || variables.changesOwnerOnly || request.operation == 'DELETE'`;
  const refs = [
    ...grants.clusterRoles.map(name => `ClusterRole/${name}`),
    ...grants.boundRoles.map(name => `Role/${name}`),
  ];
  const roles = [...grants.roles].map(([name, variants]) =>
    variants.length === 1
      ? `(request.name == ${quote(name)} && object.rules == ${literal(variants[0])})`
      : `request.name == ${quote(name)}`,
  );
  const rules: (Validation & {resource: string})[] = [
    {
      resource: 'secrets',
      message: `profile-sync: only Opaque Secrets, and only ${secrets.join(', ')}`,
      expression: `${unless('/secrets')}\n|| (request.name in ${list(secrets)} && object.type == 'Opaque')`,
    },
    {
      resource: 'rolebindings',
      message: 'profile-sync: the roleRef is not one of the templates',
      expression: `${unless(`${RBAC}/rolebindings`)}\n|| (object.roleRef.kind + '/' + object.roleRef.name) in ${list(refs)}`,
    },
    {
      resource: 'roles',
      message: 'profile-sync: the Role is not as the templates have it: run profile-sync manifests again',
      expression: [unless(`${RBAC}/roles`), ...roles].join('\n|| '),
    },
  ];
  return rules.filter(({resource}) => has(resource)).map(({message, expression}) => ({message, expression}));
}
