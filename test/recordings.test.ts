import {describe, expect, test} from 'vitest';
import type {Json, JsonObject, KubernetesObject} from '../src/kubernetes/object.ts';
import {CUSTOMIZE, REFUSED, ROWS, STEADY, without} from './recordings/expected.ts';
import {childrenOf, problemsOf, startHook} from './support/hook.ts';
import {names, readRecording, recordings} from './support/recordings.ts';

describe('of the recorded requests', () => {
  test.each(titled(ROWS))('%s is answered as its row says', async (_, row) => {
    const {status, body, observed} = await replay(row.recording);
    const children = childrenOf(body);
    expect(status).toBe(200);
    expect(names(children)).toEqual([...row.answers].sort());
    expect(problemsOf(children)).toEqual([]);
    if (children.length > 0) expect(without(observed, ...row.answers)).toEqual(row.leftOut ?? []);
    expect(body.finalized).toBe(row.finalized);
    expect(readyOf(body)).toBe(row.ready);
  });

  test.each(titled(STEADY))(
    '%s has the binding for the owner once the recorded one is gone',
    async (_, row) => {
      const {path, request} = readRecording(row.recording);
      for (const groups of [groupsOf(request), request.related as Groups]) {
        const bindings = groups['RoleBinding.rbac.authorization.k8s.io/v1'] ?? {};
        for (const key of Object.keys(bindings)) if (key.endsWith('/pipelines-owner')) delete bindings[key];
      }
      const {body} = await startHook({})(path, request);
      expect(names(childrenOf(body))).toEqual([...row.answers].sort());
    },
  );

  test.each(titled(REFUSED))('%s is refused', async (_, {recording, short}) => {
    const reason = 'cannot sync Profile: Namespace carol has no controller';
    expect(await replay(recording)).toMatchObject({
      status: 500,
      body: {error: `${reason}, and answering without ${short} would delete what is there`},
    });
  });

  test.each(titled(CUSTOMIZE))('%s gets the Namespace and its RoleBindings', async (_, {recording, name}) => {
    const {body} = await replay(recording);
    expect(body.relatedResources).toMatchObject([{names: [name]}, {namespace: name}]);
  });

  test('each has its row', () => {
    const rows = [...ROWS, ...REFUSED, ...CUSTOMIZE].map(({recording}) => recording);
    expect(rows.sort()).toEqual(recordings());
  });

  test('those that are equal get equal bytes, from another process too', async () => {
    const answers = new Map<string, string>();
    for (const post of [startHook({}), startHook({})]) {
      for (const recording of recordings()) {
        const {path, request} = readRecording(recording);
        const key = JSON.stringify([path, request]);
        const {bytes} = await post(path, request);
        expect(bytes).toBe(answers.get(key) ?? bytes);
        answers.set(key, bytes);
      }
    }
    expect(answers.size).toBeLessThan(recordings().length);
  });
});

type Groups = {[group: string]: {[key: string]: Json}};

function titled<T extends {readonly recording: string}>(rows: readonly T[]): [string, T][] {
  return rows.map(row => [row.recording, row]);
}

async function replay(recording: string) {
  const {path, request} = readRecording(recording);
  const observed = Object.values(groupsOf(request)).flatMap(group => Object.values(group));
  const answer = await startHook({})(path, request);
  return {...answer, observed: names(observed as unknown as KubernetesObject[])};
}

function groupsOf({children, attachments}: JsonObject): Groups {
  return (children ?? attachments ?? {}) as Groups;
}

function readyOf({status}: JsonObject): Json | undefined {
  const {conditions = []} = (status ?? {}) as {conditions?: JsonObject[]};
  return conditions.find(({type}) => type === 'Ready')?.message;
}
