/** Whom a binding names: `rbac.authorization.k8s.io/v1` Subject. */
export interface Subject {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
  readonly apiGroup?: string;
}

/** Who asks, as the API server sees them. */
export interface Identity {
  /** Empty for somebody of whom only the groups are known. */
  readonly user: string;
  readonly groups: readonly string[];
}

const AUTHENTICATED = 'system:authenticated';
const UNAUTHENTICATED = 'system:unauthenticated';
const ANONYMOUS = 'system:anonymous';
const SERVICE_ACCOUNTS = 'system:serviceaccounts';

/** The user name of a ServiceAccount, as apiserver's `serviceaccount.SplitUsername` takes it apart. */
const SERVICE_ACCOUNT_USER = /^system:serviceaccount:([a-z0-9](?:[-a-z0-9]*[a-z0-9])?):[a-z0-9][-.a-z0-9]*$/;

/** The identity behind a user name and groups, with the groups that Kubernetes adds by itself. */
export function identify(user: string, groups: readonly string[] = []): Identity {
  const namespace = SERVICE_ACCOUNT_USER.exec(user)?.[1];
  const own = namespace === undefined ? [] : [SERVICE_ACCOUNTS, namespaceGroup(namespace)];
  return {user, groups: withImplied([...own, ...groups], user)};
}

/** The identity of a subject that a binding in `namespace` names; of a group, that of a member. */
export function identityOf(subject: Subject, namespace = ''): Identity {
  if (subject.kind === 'Group') return {user: '', groups: withImplied([subject.name], '')};
  return identify(subject.kind === 'ServiceAccount' ? serviceAccountUser(subject, namespace) : subject.name);
}

/** Whether a binding in `namespace` (empty: a ClusterRoleBinding) that names this subject grants to them. */
export function isNamedBy({user, groups}: Identity, subject: Subject, namespace: string): boolean {
  if (subject.kind === 'User') return user === subject.name;
  if (subject.kind === 'Group') return groups.includes(subject.name);
  if (subject.kind !== 'ServiceAccount' || !(subject.namespace || namespace)) return false;
  return user === serviceAccountUser(subject, namespace);
}

/** Equal for subjects that are the same to Kubernetes, such as a ServiceAccount and the User of its name. */
export function subjectKey(subject: Subject): string {
  return subject.kind === 'Group' ? `Group ${subject.name}` : `User ${identityOf(subject).user}`;
}

/** The group of every ServiceAccount in a namespace. */
export function namespaceGroup(namespace: string): string {
  return `${SERVICE_ACCOUNTS}:${namespace}`;
}

function serviceAccountUser(subject: Subject, namespace: string): string {
  return `system:serviceaccount:${subject.namespace || namespace}:${subject.name}`;
}

// As apiserver's impersonation does it (`filters/impersonation.go`). Of somebody known by a group of ServiceAccounts
// alone it is certain that they are one.
function withImplied(groups: readonly string[], user: string): string[] {
  const isAccount = user === '' && groups.some(group => group.startsWith(`${SERVICE_ACCOUNTS}:`));
  const isKnown = groups.includes(UNAUTHENTICATED) || (user !== ANONYMOUS && groups.includes(AUTHENTICATED));
  const all = [
    ...groups,
    ...(isAccount ? [SERVICE_ACCOUNTS] : []),
    ...(isKnown ? [] : [user === ANONYMOUS ? UNAUTHENTICATED : AUTHENTICATED]),
  ];
  return [...new Set(all)];
}
