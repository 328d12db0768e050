import {describe, expect, test} from 'vitest';
import type {JsonObject} from '../../src/kubernetes/object.ts';
import {misbehave, recover, type Seen, startFaultHook} from './fault-hook.ts';

/** What the tenant's namespace has of an answer: the request shows it again. */
function observedOf({body}: Seen): JsonObject {
  const {attachments} = JSON.parse(body) as {attachments: (JsonObject & {metadata: {name: string}})[]};
  const find = (wanted: string) => attachments.find(({kind}) => kind === wanted);
  const group = (object: (JsonObject & {metadata: {name: string}}) | undefined): JsonObject =>
    object ? {[`alice/${object.metadata.name}`]: object} : {};
  return {'Secret.v1': group(find('Secret')), 'Deployment.apps/v1': group(find('Deployment'))};
}

describe('a hook that starts while the store is down', () => {
  test('answers the Secret and its consumers as they are observed, and nothing is deleted', async () => {
    const setting = await startFaultHook();
    const before = await setting.start().sync();
    await misbehave(setting, {closed: 's3'});
    const restarted = setting.start();
    const seen = await restarted.sync(observedOf(before));
    expect(seen).toMatchObject({status: 200, key: before.key, hasConsumer: true, generation: 1});
    expect(seen.condition).toMatchObject({status: 'False'});
    await recover(setting);
    setting.wait(3);
    expect(await restarted.sync(observedOf(before))).toMatchObject({key: before.key, generation: 1});
  });

  test('keeps the consumer where the Secret is not shown, as by default', async () => {
    const setting = await startFaultHook();
    const {'Deployment.apps/v1': deployments = {}} = observedOf(await setting.start().sync());
    await misbehave(setting, {closed: 's3'});
    const seen = await setting.start().sync({'Deployment.apps/v1': deployments});
    expect(seen).toMatchObject({status: 200, hasConsumer: true, generation: 1});
    expect(seen.key).toBeUndefined();
  });
});
