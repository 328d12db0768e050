import {finalize} from '../finalize.ts';
import type {Mode} from '../guard/tenancy.ts';
import {customize} from '../metacontroller/customize.ts';
import {type HookRequest, parseCustomizeRequest, parseHookRequest} from '../metacontroller/request.ts';
import {encodeAnswer} from '../metacontroller/response.ts';
import {printable} from '../printable.ts';
import {parseIdentity} from '../profile/profile.ts';
import {type Dependencies, type Outcome, sync} from '../sync.ts';
import type {Call} from './answer-cache.ts';
import {readJson} from './body.ts';

export const HOOK_PATHS = ['/sync', '/finalize', '/customize'] as const;
export type HookPath = (typeof HOOK_PATHS)[number];

/** One hook call: who it is about, known before there is an answer, and what answers it. */
export interface Question {
  /** The Profile's name, for the log. */
  readonly profile: string;
  readonly mode?: Mode;
  readonly answer: (dependencies: Dependencies) => Promise<Call>;
}

/** Kubernetes allows no longer name. */
const MAX_NAME_LENGTH = 253;

/** Reads the body of a hook call. Throws RequestError. */
export function readQuestion(path: HookPath, bytes: Buffer): Question {
  const body = readJson(bytes);
  if (path === '/customize') return customizeQuestion(parseIdentity(parseCustomizeRequest(body).parent));
  const request = parseHookRequest(body);
  const {name, uid} = parseIdentity(request.parent);
  const {mode} = request;
  const profile = printable(name, MAX_NAME_LENGTH);
  return {
    profile,
    mode,
    answer: async dependencies => {
      const {answer, freshForSeconds} = await ask(path, request, dependencies);
      const answered = Buffer.from(encodeAnswer(answer, mode));
      return {profile, uid, mode, children: answer.children.length, body: answered, freshForSeconds};
    },
  };
}

function customizeQuestion({name, uid}: {name: string; uid: string}): Question {
  const profile = printable(name, MAX_NAME_LENGTH);
  const body = Buffer.from(JSON.stringify(customize(name)));
  return {profile, answer: async () => ({profile, uid, children: 0, body, freshForSeconds: 0})};
}

async function ask(
  path: '/sync' | '/finalize',
  request: HookRequest,
  dependencies: Dependencies,
): Promise<Outcome> {
  if (path === '/sync') return await sync(request, dependencies);
  return {answer: await finalize(request, dependencies), freshForSeconds: 0};
}
