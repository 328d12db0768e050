import {RequestError} from './errors.ts';
import {observedIn} from './gate.ts';
import {isJsonObject, type Json} from './kubernetes/object.ts';
import type {HookRequest} from './metacontroller/request.ts';
import type {Answer} from './metacontroller/response.ts';
import {type ProfileIdentity, parseIdentity, parseProfile} from './profile/profile.ts';
import {readyCondition, withConditions} from './profile/status.ts';
import {few} from './report.ts';
import {answerProfile, type Dependencies} from './sync.ts';

/**
 * Answers for a Profile that Metacontroller lets go: one that is being deleted loses its children and its keys,
 * one that only fell out of a selector keeps both.
 */
export async function finalize(request: HookRequest, dependencies: Dependencies): Promise<Answer> {
  if (!request.finalizing)
    throw new RequestError('cannot finalize: this is a sync request; point the sync hook at /sync');
  const identity = parseIdentity(request.parent);
  if (identity.deleting) return await tearDown(request, identity, dependencies);
  const {answer: released} = await answerProfile(request, parseProfile(request.parent), false, dependencies);
  return {...released, finalized: true};
}

async function tearDown(
  request: HookRequest,
  {name, uid, deletedAt}: ProfileIdentity,
  {provisioner}: Dependencies,
): Promise<Answer> {
  const revocation = await provisioner.revokeCredentials({tenant: {name, uid}, deletedAt});
  const left = observedIn(request.observed, name);
  const waiting = [
    left.length > 0 && `waiting for ${few(left.map(({kind, metadata}) => `${kind} ${metadata.name}`))} to go`,
    !revocation.done && `credentials are not revoked: ${revocation.reason}`,
  ].filter(part => part !== false);
  const echoed = (request.parent as {status?: Json}).status;
  const status =
    waiting.length > 0
      ? withConditions(echoed, [readyCondition(false, `being deleted: ${waiting.join('; ')}`)])
      : echoed;
  return {
    children: [],
    // A Decorator's status is left alone: the Profile's own finalizers are being written by others now.
    ...(request.mode === 'standalone' && isJsonObject(status) && {status}),
    ...(!revocation.done && {resyncAfterSeconds: revocation.retryAfterSeconds}),
    finalized: waiting.length === 0,
  };
}
