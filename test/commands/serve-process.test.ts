import {rmSync} from 'node:fs';
import {setTimeout as sleep} from 'node:timers/promises';
import {describe, expect, test, vi} from 'vitest';
import {type Child, folderWith, start} from '../support/command.ts';
import {openConnection, requestBytes} from '../support/connection.ts';
import {freePort} from '../support/port.ts';
import {syncRequest} from '../support/server.ts';

const GOOD = requestBytes('/sync', JSON.stringify(syncRequest()));

const STARTS_WITHIN = {timeout: 20_000, interval: 20};
const options = {timeout: 40_000};

describe.each([
  {signal: 'SIGTERM', readyMeanwhile: 503},
  {signal: 'SIGINT', readyMeanwhile: undefined},
] as const)('$signal', ({signal, readyMeanwhile}) => {
  test('ends it with 0, once what was asked is answered, whoever else is connected', options, async () => {
    const {child, port, ready} = await serve();
    const [idle, spare, asking] = [
      await openConnection(port),
      await openConnection(port),
      await openConnection(port),
    ] as const;
    idle.write(GOOD);
    await idle.read();
    asking.write(GOOD.subarray(0, 500));
    await sleep(100);
    const signalledAt = performance.now();
    child.process.kill(signal);
    if (readyMeanwhile)
      await vi.waitFor(async () => expect(await ready()).toBe(readyMeanwhile), STARTS_WITHIN);
    await sleep(100);
    asking.write(GOOD.subarray(500));
    expect((await asking.read()).status).toBe(200);
    expect(await child.exit).toMatchObject({status: 0, stderr: ''});
    await Promise.all([idle.closed, spare.closed]);
    expect(performance.now() - signalledAt).toBeLessThan(8000);
  });
});

test('a second serve on the same port exits 2 and leaves the first alone', options, async () => {
  const {port, ready} = await serve();
  const {status, stderr} = await start(['serve'], {PORT: String(port)}).exit;
  expect(status).toBe(2);
  expect(stderr).toBe(
    `cannot listen on 127.0.0.1:${port}: the port is in use; choose another with PORT or --port\nprofile-sync serve --help says more.\n`,
  );
  expect(await ready()).toBe(200);
});

test('an error that nothing catches ends it with 1, and is logged without its words', options, async () => {
  const bomb = "process.on('SIGWINCH', () => { throw new TypeError('PLANT' + 'ED'); })";
  const {child} = await serve({NODE_OPTIONS: `--import="data:text/javascript,${encodeURIComponent(bomb)}"`});
  child.process.kill('SIGWINCH');
  const {status, stdout, stderr} = await child.exit;
  expect(status).toBe(1);
  expect(stdout).toContain('"bug":"TypeError"');
  expect(stdout + stderr).not.toContain('PLANTED');
});

test('without a token it says so loudly, and that its keys are for trying out', options, async () => {
  const {child} = await serve({HOST: '0.0.0.0'});
  const warnings = child.output.stdout
    .split('\n')
    .filter(line => line.includes('"level":40'))
    .map(line => JSON.parse(line).msg);
  expect(warnings).toEqual([
    'credentials are in memory: keys for trying out, which no object store knows',
    'no MEMORY_SEED_FILE: a restart makes new keys',
    "no TOKEN_FILE: whoever reaches this port can read tenants' keys",
  ]);
});

test('at the loudest it says no token, no key and no body', options, async () => {
  const folder = folderWith({token: 'PLANTED-token', seed: 'PLANTED-seed-of-more-than-32-bytes'});
  const files = {TOKEN_FILE: `${folder}/token`, MEMORY_SEED_FILE: `${folder}/seed`};
  const {child, port} = await serve({...files, LOG_LEVEL: 'trace'});
  const {write, read} = await openConnection(port);
  const data = {key: 'PLANTED-data'};
  const secret = {apiVersion: 'v1', kind: 'Secret', metadata: {name: 'a', namespace: 'alice'}, data};
  const request = JSON.stringify(syncRequest({attachments: {'Secret.v1': {'alice/a': secret}}}));
  for (const [token, body, status] of [
    ['PLANTED-token', request, 200],
    ['PLANTED-token', request.slice(1), 400],
    ['PLANTED-wrong', request, 401],
  ] as const) {
    write(requestBytes('/sync', body, [`Authorization: Bearer ${token}`]));
    expect((await read()).status).toBe(status);
  }
  child.process.kill('SIGINT');
  const {stdout, stderr} = await child.exit;
  expect(stdout).toContain('"msg":"answered"');
  expect(stdout + stderr).not.toContain('PLANTED');
});

/** Starts it as a process of its own and waits until it is ready. */
async function serve(env: {[name: string]: string} = {}) {
  const port = await freePort();
  const child: Child = start(['serve'], {PORT: String(port), ...env});
  const ready = async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).status;
  await vi.waitFor(async () => expect(await ready()).toBe(200), STARTS_WITHIN);
  return {child, port, ready};
}

test('a template that is gone is named, for what it rendered goes from every tenant', options, async () => {
  const template = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\n`;
  const folder = folderWith({'configmap-a.yaml': template('a'), 'configmap-b.yaml': template('b')});
  const {child} = await serve({TEMPLATES: folder});
  rmSync(`${folder}/configmap-b.yaml`);
  await vi.waitFor(() => expect(child.output.stdout).toContain('template is gone'), STARTS_WITHIN);
  expect(child.output.stdout).toContain(`"file":"${folder}/configmap-b.yaml"`);
});
