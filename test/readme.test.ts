import {execFileSync} from 'node:child_process';
import {existsSync, readFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {describe, expect, test} from 'vitest';
import packageJson from '../package.json' with {type: 'json'};
import {CLUSTER_ROLES} from './commands/can-i.ts';
import {folderWith, MAIN, NODE, runHere} from './support/command.ts';
import {describeRules} from './support/rules.ts';

const README = readFileSync(fileURLToPath(new URL('../README.md', import.meta.url)), 'utf8');
const SHELL = [...README.matchAll(/```sh\n(.*?)```/gs)].map(match => match[1] as string);

/** Everything that a reader can copy and that asks for no server and no cluster. */
const RENDERS = SHELL.flatMap(block => block.split('\n')).filter(line =>
  line.startsWith('npx profile-sync render'),
);

const VALUES = [...README.matchAll(/```yaml\n(# values\.yaml.*?)```/gs)].map(match => match[1] as string);

describe('README', () => {
  test('shows the mistakes as render tells them', async () => {
    const shown = /```\n(test\/fixtures\/templates\/seven-mistakes\/.*?)```/s.exec(README)?.[1];
    const folder = 'test/fixtures/templates/seven-mistakes';
    const {status, stderr} = await runHere('render', '--templates', folder, 'manifests/samples/profile.yaml');
    expect({status, stderr}).toEqual({status: 1, stderr: shown});
  });

  test.each(RENDERS.filter(line => !line.includes('mistakes') && !line.includes('/tmp/')))(
    '%s works',
    async line => {
      const args = line.split(' ').slice(2);
      expect(await runHere(...args)).toMatchObject({status: 0, stderr: ''});
    },
  );

  test('shows what validate prints', async () => {
    const [, script = '', shown] =
      /```sh\n(npx profile-sync validate\n.*?)```\n```\n(.*?)```/s.exec(README) ?? [];
    const lines = script.trim().split('\n');
    expect(await runHere('validate')).toEqual({status: 0, stdout: '', stderr: ''});
    const args = lines.at(-1)?.split(' ').slice(2) as string[];
    expect(await runHere(...args)).toEqual({status: 1, stdout: shown, stderr: ''});
  });

  test('lists the rules, each with what it says of its plainest attack', async () => {
    expect(README).toContain(await describeRules());
  });

  test('shows what can-i prints', () => {
    const [, script = '', shown] =
      /```sh\n(npx profile-sync can-i .*?)```\n```\n(.*?)```/s.exec(README) ?? [];
    const lines = script.replaceAll('npx profile-sync', `"${NODE}" "${MAIN}"`);
    expect(execFileSync('bash', ['-uc', `exec 2>&1\n${lines}`], {encoding: 'utf8'})).toBe(shown);
  });

  test('asks can-i with ClusterRoles as kubectl prints them', async () => {
    const line = /npx profile-sync can-i (.*) cluster-roles\.yaml\n/.exec(README)?.[1] as string;
    const folder = folderWith({'cluster-roles.yaml': CLUSTER_ROLES});
    expect(await runHere('can-i', ...line.split(' '), `${folder}/cluster-roles.yaml`)).toEqual({
      status: 0,
      stdout: 'yes\n',
      stderr: '',
    });
  });

  test('adds a template that renders', () => {
    const block = SHELL.find(text => text.includes('configmap-team.yaml')) as string;
    const folder = join(tmpdir(), `readme-${process.pid}`);
    const script = block
      .replaceAll('/tmp/my-templates', folder)
      .replace('npx profile-sync', `"${NODE}" "${MAIN}"`);
    const output = execFileSync('bash', ['-euc', `trap 'rm -rf ${folder}' EXIT\n${script}`], {
      encoding: 'utf8',
    });
    expect(output).toContain('team: research');
  });

  test('shows the whole role of Metacontroller beside profile-controller', async () => {
    const {stdout} = await runHere('manifests');
    const role = stdout.split('---\n').find(text => /^kind: ClusterRole$/m.test(text)) as string;
    expect(README).toContain(`\`\`\`yaml\n${role.replace(/^(#.*\n)+/, '')}\`\`\``);
  });

  test.each(VALUES)('shows values that load: %s', async values => {
    const folder = folderWith({'values.yaml': values});
    const args = [
      'manifests/samples/profile.yaml',
      '--mode',
      'standalone',
      '--values',
      `${folder}/values.yaml`,
    ];
    expect(await runHere('render', ...args)).toMatchObject({status: 0, stderr: ''});
  });

  test('names files and scripts that are there', () => {
    const paths = [...README.matchAll(/(?<![\w/-])(?:manifests|templates|test|src)\/[\w./-]*\w/g)].map(
      ([path]) => path,
    );
    expect(paths.filter(path => !existsSync(path))).toEqual([]);
    const scripts = [...README.matchAll(/npm run ([\w:]+)/g)].map(match => match[1] as string);
    expect(scripts.filter(script => !Object.hasOwn(packageJson.scripts, script))).toEqual([]);
  });
});
