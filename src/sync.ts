import {type Children, reconcile, withoutKey} from './children.ts';
import {expandPrefixes} from './credentials/prefixes.ts';
import {type CredentialState, type Provisioner, placeholderCredentials} from './credentials/provisioner.ts';
import {RefusedError, RequestError} from './errors.ts';
import {checkGate, type Gate, observedIn} from './gate.ts';
import type {Mode} from './guard/tenancy.ts';
import {isJsonObject, type Json, type KubernetesObject, ownValue} from './kubernetes/object.ts';
import {NAMESPACES, ROLE_BINDINGS} from './metacontroller/customize.ts';
import type {HookRequest} from './metacontroller/request.ts';
import type {Answer} from './metacontroller/response.ts';
import {printable} from './printable.ts';
import {readCollaborators} from './profile/collaborators.ts';
import {entitle} from './profile/entitlement.ts';
import {type Profile, parseIdentity, parseProfile} from './profile/profile.ts';
import {isSameStatus, readyCondition, withCondition} from './profile/status.ts';
import type {TemplateSet} from './template/set.ts';
import type {ProfileValues} from './template/values.ts';

/** Characters of one name in a condition's message. */
const MAX_SHOWN_LENGTH = 160;

/** What answering depends on besides the request. */
export interface Dependencies {
  /** The templates to answer a mode's requests with. Throws TemplateError where none serve that mode. */
  readonly templates: (mode: Mode) => TemplateSet;
  readonly provisioner: Provisioner;
}

/** An answer, and how long the same request may be answered with it again. */
export interface Outcome {
  readonly answer: Answer;
  readonly freshForSeconds: number;
}

/**
 * Answers what should exist for a Profile.
 *
 * Throws RequestError for a Profile that cannot be used, RefusedError where an answer would delete something,
 * TemplateError for templates that do not render: a non-200 each, for what is left out of an answer is deleted.
 */
export async function sync(request: HookRequest, dependencies: Dependencies): Promise<Outcome> {
  if (request.finalizing)
    throw new RequestError('cannot sync: this is a finalize request; point the finalize hook at /finalize');
  const profile = parseProfile(request.parent);
  return await answer(request, profile, !profile.deleting, dependencies);
}

/**
 * Answers for a Profile that Metacontroller lets go: one that is being deleted loses its children and its keys,
 * one that only fell out of a selector keeps both.
 */
export async function finalize(request: HookRequest, dependencies: Dependencies): Promise<Answer> {
  if (!request.finalizing)
    throw new RequestError('cannot finalize: this is a sync request; point the sync hook at /sync');
  const identity = parseIdentity(request.parent);
  if (identity.deleting) return await tearDown(request, identity.name, identity.uid, dependencies);
  const {answer: released} = await answer(request, parseProfile(request.parent), false, dependencies);
  return {...released, finalized: true};
}

async function answer(
  request: HookRequest,
  declared: Profile,
  mayChange: boolean,
  dependencies: Dependencies,
): Promise<Outcome> {
  const set = dependencies.templates(request.mode);
  const values = set.values.forProfile(declared);
  const {profile, skipped} = entitle(declared, values.values);
  const gate = checkGate(request, profile, set.values.base.values);
  if (gate.opens !== 'everything') return closed(request, profile, values, set, gate);

  const bindings = Object.values(request.related[ROLE_BINDINGS] ?? {});
  const sharing = readCollaborators(bindings, profile);
  const credentialRequest = {tenant: profile, ...storage(values, profile.name), mayChange};
  const state = await dependencies.provisioner.ensureCredentials(credentialRequest);
  const rendered = set.render({
    profile,
    values,
    collaborators: sharing.collaborators,
    namespaceLabels: gate.namespace.metadata.labels ?? {},
    credentials:
      state.status === 'available'
        ? state.credentials
        : placeholderCredentials(dependencies.provisioner.mode, credentialRequest),
    sharingEpoch: state.status === 'available' ? state.sharingEpoch : 0,
  });
  const candidates = state.status === 'available' ? rendered : withoutKey(rendered, request.observed);
  const result = reconcile(candidates, request.observed);
  requireNamespace(request, result.children, profile.name);
  return opened(request, result, state, [...skipped, ...sharing.skipped]);
}

function closed(
  request: HookRequest,
  profile: Profile,
  values: ProfileValues,
  set: TemplateSet,
  gate: Gate & {opens: 'namespace' | 'nothing'},
): Outcome {
  const input = {
    profile,
    values,
    collaborators: [],
    namespaceLabels: {},
    credentials: placeholderCredentials('memory', storage(values, profile.name)),
    sharingEpoch: 0,
  };
  const children = gate.opens === 'namespace' ? set.renderNamespace(input).map(({object}) => object) : [];
  requireNamespace(request, children, profile.name);
  // Beside profile-controller a status at birth is in conflict with its own write, and the whole answer is lost.
  const status =
    request.mode === 'companion' && !gate.refused
      ? {}
      : statusOf(request, readyCondition(false, gate.reason));
  return {answer: {children, ...status}, freshForSeconds: Number.POSITIVE_INFINITY};
}

// Whatever is wrong with templates or with this program: a tenant's namespace must not be deleted for it.
function requireNamespace(
  {observed}: HookRequest,
  children: readonly KubernetesObject[],
  name: string,
): void {
  const isObserved = ownValue(observed[NAMESPACES], name) !== undefined;
  if (!isObserved || children.some(({kind, metadata}) => kind === 'Namespace' && metadata.name === name))
    return;
  throw new RefusedError(
    `cannot sync Profile: no template renders Namespace ${name}, and answering without it would delete it`,
  );
}

function opened(
  request: HookRequest,
  result: Children,
  state: CredentialState,
  skipped: readonly string[],
): Outcome {
  const isComplete = result.missing.length === 0 && result.replacing.length === 0;
  const ready = readyCondition(isComplete && state.status === 'available', describe(result, state, skipped));
  const mayConflict = request.mode === 'companion' && result.missing.length > 0;
  return {
    answer: {
      children: result.children,
      ...(!mayConflict && statusOf(request, ready)),
      ...(state.status === 'unavailable' && {resyncAfterSeconds: state.retryAfterSeconds}),
    },
    freshForSeconds: state.status === 'available' ? state.freshForSeconds : 0,
  };
}

function describe(
  {children, missing, replacing}: Children,
  state: CredentialState,
  skipped: readonly string[],
): string {
  const parts = [
    missing.length > 0 && `waiting for ${few(missing)}`,
    replacing.length > 0 && `replacing ${few(replacing)}`,
    state.status === 'unavailable' && `no new credentials: ${state.reason}`,
  ].filter(part => part !== false);
  if (parts.length === 0) parts.push(`${children.length} objects are in place`);
  if (skipped.length > 0) parts.push(`left out ${few(skipped)}`);
  return parts.join('; ');
}

function few(names: readonly string[]): string {
  const shown = names
    .slice(0, 3)
    .map(name => printable(name, MAX_SHOWN_LENGTH))
    .join(', ');
  return names.length > 3 ? `${shown} and ${names.length - 3} more` : shown;
}

function statusOf(
  {mode, parent}: HookRequest,
  ready: ReturnType<typeof readyCondition>,
): Pick<Answer, 'status'> {
  const observed = (parent as {status?: Json}).status;
  const status = withCondition(observed, ready);
  // A Decorator writes what it is given before any child; a Composite empties what it is not given.
  return mode === 'companion' && isSameStatus(status, observed) ? {} : {status};
}

function storage({values}: ProfileValues, namespace: string): {bucket: string; prefixes: string[]} {
  const {bucket, prefixes} = values.credentials;
  return {bucket, prefixes: expandPrefixes(prefixes, namespace)};
}

async function tearDown(
  request: HookRequest,
  name: string,
  uid: string,
  {provisioner}: Dependencies,
): Promise<Answer> {
  const revocation = await provisioner.revokeCredentials({name, uid});
  const left: KubernetesObject[] = observedIn(request.observed, name);
  const waiting = [
    left.length > 0 && `waiting for ${few(left.map(({kind, metadata}) => `${kind} ${metadata.name}`))} to go`,
    !revocation.done && `credentials are not revoked: ${revocation.reason}`,
  ].filter(part => part !== false);
  const echoed = (request.parent as {status?: Json}).status;
  const status =
    waiting.length > 0
      ? withCondition(echoed, readyCondition(false, `being deleted: ${waiting.join('; ')}`))
      : echoed;
  return {
    children: [],
    // A Decorator's status is left alone: the Profile's own finalizers are being written by others now.
    ...(request.mode === 'standalone' && isJsonObject(status) && {status}),
    ...(!revocation.done && {resyncAfterSeconds: revocation.retryAfterSeconds}),
    finalized: waiting.length === 0,
  };
}
