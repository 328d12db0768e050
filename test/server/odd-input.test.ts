import {describe, expect, test} from 'vitest';
import type {JsonObject} from '../../src/kubernetes/object.ts';
import {createServer, profile, related, syncRequest} from '../support/server.ts';

describe('what looks bad and is not, is answered', () => {
  const configMap = {apiVersion: 'v1', kind: 'ConfigMap', metadata: {name: 'settings', namespace: 'alice'}};
  test.each<{rule: string; body: string}>([
    {
      rule: 'children of a kind that no template has',
      body: JSON.stringify(
        syncRequest({attachments: {'Widget.example.com/v1': {'alice/a': {...configMap, kind: 'Widget'}}}}),
      ),
    },
    {
      rule: '__proto__ among the labels',
      body: withProto(syncRequest({object: profile({metadata: {labels: {PROTO: {isPolluted: true}}}})})),
    },
    {
      rule: '__proto__ in the spec',
      body: withProto(
        syncRequest({
          object: profile({
            spec: {owner: {kind: 'User', name: 'alice@example.com'}, PROTO: {isPolluted: true}},
          }),
        }),
      ),
    },
    {
      rule: '__proto__ in the data of an observed ConfigMap',
      body: withProto(
        syncRequest({
          attachments: {'ConfigMap.v1': {'alice/settings': {...configMap, data: {PROTO: 'isPolluted'}}}},
        }),
      ),
    },
  ])('$rule', async ({body}) => {
    const {post} = createServer();
    const answer = await post('/sync', body);
    expect(answer.statusCode).toBe(200);
    expect(answer.json().attachments).not.toEqual([]);
    expect(({} as JsonObject).isPolluted).toBeUndefined();
  });
});

test('a reserved name gets an empty list and is told so, but Kubeflow’s default tenant is a tenant', async () => {
  const {post} = createServer();
  const ask = async (name: string) =>
    (await post('/sync', syncRequest({object: profile({metadata: {name}}), related: related(name)}))).json();
  for (const name of ['kube-system', 'kubeflow']) {
    const {attachments, status} = await ask(name);
    expect(attachments).toEqual([]);
    expect(status.conditions[0]).toMatchObject({type: 'Ready', status: 'False', message: /reserved/});
  }
  expect((await ask('kubeflow-user-example-com')).attachments).not.toEqual([]);
});

function withProto(request: JsonObject): string {
  return JSON.stringify(request).replaceAll('"PROTO"', '"__proto__"');
}
