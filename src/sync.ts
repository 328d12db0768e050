import {type Children, reconcile, withoutKey} from './children.ts';
import {type CredentialState, type Provisioner, placeholderCredentials} from './credentials/provisioner.ts';
import {choiceOf, placeholdersOf, storageOf} from './credentials/storage.ts';
import {RefusedError, RequestError} from './errors.ts';
import {createForeignJudge} from './foreign.ts';
import type {ForeignLedger} from './foreign-ledger.ts';
import {checkGate, type Gate} from './gate.ts';
import {preciousRemovals, type Removal} from './guard/removal.ts';
import type {Mode} from './guard/tenancy.ts';
import {NAMESPACES, ROLE_BINDINGS} from './metacontroller/customize.ts';
import type {HookRequest} from './metacontroller/request.ts';
import type {Answer} from './metacontroller/response.ts';
import {readCollaborators} from './profile/collaborators.ts';
import {entitle} from './profile/entitlement.ts';
import {type Profile, parseProfile} from './profile/profile.ts';
import {readyCondition} from './profile/status.ts';
import {describe, few, reportCredentials, statusOf} from './report.ts';
import type {TemplateSet} from './template/set.ts';
import type {ProfileValues, Values} from './template/values.ts';

/** What answering depends on besides the request. */
export interface Dependencies {
  /** The templates to answer a mode's requests with. Throws TemplateError where none serve that mode. */
  readonly templates: (mode: Mode) => TemplateSet;
  readonly provisioner: Provisioner;
  readonly foreignLedger: ForeignLedger;
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
  return await answerProfile(request, profile, !profile.deleting, dependencies);
}

/**
 * Answers for a Profile that is to have a namespace; nothing is minted or rotated, nor deleted for what others
 * added to it, unless `mayChange`.
 */
export async function answerProfile(
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
  const credentialRequest = {
    tenant: profile,
    ...storageOf(values.values.credentials, profile.name),
    ...choiceOf(values.values.credentials),
    mayChange,
    mayInherit: mayInherit(profile, set.values.base.values),
    followsSyncPy: set.values.base.values.adoptCreatedBefore !== null,
  };
  const state = await dependencies.provisioner.ensureCredentials(credentialRequest);
  const {credentials, sharingEpoch} =
    state.status === 'available'
      ? state
      : {credentials: placeholderCredentials(state.mode, credentialRequest), sharingEpoch: 0};
  const namespaceLabels = gate.namespace.metadata.labels ?? {};
  const {collaborators} = sharing;
  const rendered = set.render({profile, values, collaborators, namespaceLabels, credentials, sharingEpoch});
  const candidates = state.status === 'available' ? rendered : withoutKey(rendered, request.observed);
  const judge = createForeignJudge({
    ledger: dependencies.foreignLedger,
    profile,
    values: values.values.foreignFields,
    namespace: gate.namespace,
  });
  const result = reconcile(candidates, request.observed, mayChange ? judge : undefined);
  refuseRemoval(
    request.observed,
    {...result, secretName: credentials.secretName, namespace: profile.name},
    values.values.allowRemoval,
  );
  return opened(request, result, state, [...skipped, ...sharing.skipped]);
}

// The admin's word alone: labels and annotations are written by whoever creates the Profile.
function mayInherit({name, uid, createdAt}: Profile, {reuse, adoptCreatedBefore}: Values): boolean {
  const isOld =
    adoptCreatedBefore !== null && createdAt > 0 && createdAt * 1000 < Date.parse(adoptCreatedBefore);
  return isOld || reuse.some(entry => entry.name === name && entry.uid === uid);
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
    credentials: placeholdersOf(values.values.credentials, profile.name),
    sharingEpoch: 0,
  };
  const children = gate.opens === 'namespace' ? set.renderNamespace(input).map(({object}) => object) : [];
  // A namespace that is going takes the rest with it.
  const namespaces = {[NAMESPACES]: request.observed[NAMESPACES] ?? {}};
  refuseRemoval(namespaces, {children, replaced: [], secretName: '', namespace: profile.name}, []);
  // Beside profile-controller a status at birth is in conflict with its own write, and the whole answer is lost.
  const status =
    request.mode === 'companion' && !gate.refused
      ? {}
      : statusOf(request, readyCondition(false, gate.reason));
  return {answer: {children, ...status}, freshForSeconds: Number.POSITIVE_INFINITY};
}

// Whatever is wrong with templates or with this program: a tenant's data must not be deleted for it.
function refuseRemoval(
  observed: HookRequest['observed'],
  answered: Omit<Removal, 'observed'>,
  allowed: readonly string[],
): void {
  const removed = preciousRemovals({observed, ...answered}, allowed);
  if (removed.length === 0) return;
  const names = removed.map(({kind, metadata}) => `${kind} ${metadata.name}`);
  const words = removed.some(({kind}) => kind === 'Namespace')
    ? ''
    : ` (put its template back; only if the data may go, in every tenant, allowRemoval: [${removed.map(({kind, metadata}) => `${kind}/${metadata.name}`).join(', ')}] in the values)`;
  throw new RefusedError(
    `cannot sync Profile: no template renders ${few(names)}, and answering without it would delete it [removal/observed]${words}`,
  );
}

function opened(
  request: HookRequest,
  result: Children,
  state: CredentialState,
  skipped: readonly string[],
): Outcome {
  const isComplete = [result.missing, result.replacing, result.extended].every(({length}) => length === 0);
  const ready = readyCondition(isComplete && state.status === 'available', describe(result, state, skipped));
  const mayConflict = request.mode === 'companion' && result.missing.length > 0;
  const resync = resyncAfterSeconds(result, state);
  return {
    answer: {
      children: result.children,
      ...(!mayConflict && statusOf(request, ready, reportCredentials(state))),
      ...(Number.isFinite(resync) && {resyncAfterSeconds: resync}),
    },
    freshForSeconds: state.status === 'available' && !result.isPassing ? state.freshForSeconds : 0,
  };
}

function resyncAfterSeconds({dueInSeconds}: Children, state: CredentialState): number {
  const retry = state.retryAfterSeconds ?? Number.POSITIVE_INFINITY;
  return Math.min(dueInSeconds, retry);
}
