import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {statSync, symlinkSync} from 'node:fs';
import {join} from 'node:path';
import {text} from 'node:stream/consumers';
import {describe, expect, test, vi} from 'vitest';
import packageJson from '../package.json' with {type: 'json'};
import {FLAGS} from '../src/config.ts';
import {endQuietly, main} from '../src/main.ts';
import {folderWith, MAIN, NODE, runHere, start} from './support/command.ts';

const PROFILE =
  'apiVersion: kubeflow.org/v1\nkind: Profile\nmetadata: {name: NAME}\nspec: {owner: {kind: User, name: a}}\n';

describe('the command', () => {
  test.each([[], ['--help'], ['-h']])(
    'says what it does and which commands there are: %s',
    async (...args) => {
      const {status, stdout, stderr} = await runHere(...args.filter(arg => arg !== undefined));
      expect({status, stderr}).toEqual({status: 0, stderr: ''});
      for (const name of Object.keys(FLAGS)) expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
    },
  );

  test.each([['--version'], ['serve', '--version'], ['render', '--version']])(
    'says its version, whatever the command: %s %s',
    async (...args) => {
      const outcome = await runHere(...args.filter(arg => arg !== undefined));
      expect(outcome).toEqual({status: 0, stdout: `${packageJson.version}\n`, stderr: ''});
    },
  );

  test.each([
    {
      rule: 'an unknown command',
      args: ['sevre'],
      error: 'cannot run "sevre": it is not one of serve, render',
    },
    {rule: 'a name of JavaScript’s own', args: ['constructor'], error: 'cannot run "constructor"'},
    {rule: 'a wrong flag', args: ['render', '--nope'], error: "Unknown option '--nope'"},
    {rule: 'a wrong setting', args: ['serve', '--port', 'x'], error: 'cannot use PORT "x"'},
    {rule: 'too little', args: ['render'], error: 'cannot render: name a PROFILE.yaml'},
  ])('exits 2 for $rule, and says where to look', async ({args, error}) => {
    const {status, stdout, stderr} = await runHere(...args);
    expect({status, stdout}).toEqual({status: 2, stdout: ''});
    expect(stderr).toContain(error);
    expect(stderr).toMatch(/profile-sync (\w+ )?--help says more\.\n$/);
  });
});

describe.each(Object.entries(FLAGS))('%s --help', (name, flags) => {
  test('names every flag that the command takes, and no other', async () => {
    const {status, stdout} = await runHere(name, '--help');
    expect(status).toBe(0);
    const known = [...Object.keys(flags), 'version'].map(flag => `--${flag}`);
    const options = stdout.slice(stdout.indexOf('Options'));
    const named = [...options.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)].map(([, flag]) => flag);
    expect(named.sort()).toEqual(known.sort());
  });
});

test('serve --help names the environment variable of every setting that has one', async () => {
  const {stdout} = await runHere('serve', '--help');
  const flags = Object.keys(FLAGS.serve).filter(flag => flag !== 'help' && flag !== 'mode');
  const variables = flags.map(flag => flag.toUpperCase().replaceAll('-', '_'));
  for (const variable of variables) expect(stdout).toMatch(new RegExp(`\\(${variable}[,;)]`));
});

describe('as a program', {timeout: 30_000}, () => {
  test('it runs through a link to it, as npx makes one', async () => {
    expect(packageJson.bin['profile-sync']).toBe('src/main.ts');
    expect(statSync(MAIN).mode & 0o111).toBe(0o111);
    const link = join(folderWith({}), 'profile-sync');
    symlinkSync(MAIN, link);
    const child = spawn(NODE, [link, '--version']);
    expect(await text(child.stdout)).toBe(`${packageJson.version}\n`);
  });

  test.each([
    {rule: '1 for a problem', content: '', status: 1},
    {rule: '0 where all is well', content: PROFILE.replace('NAME', 'alice'), status: 0},
  ])('it exits $rule', async ({content, status}) => {
    const folder = folderWith({'a.yaml': content});
    expect(await start(['render', `${folder}/a.yaml`]).exit).toMatchObject({status});
  });

  test('it ends quietly when nobody reads on', async () => {
    const names = Array.from({length: 100}, (_, index) => `tenant-${index}`);
    const content = names.map(name => PROFILE.replace('NAME', name)).join('---\n');
    const {process: child, exit} = start(['render', `${folderWith({'a.yaml': content})}/a.yaml`]);
    await once(child.stdout as NodeJS.ReadableStream, 'data');
    child.stdout?.destroy();
    expect(await exit).toMatchObject({status: 0, stderr: ''});
  });
});

test('a bug is no problem of the user’s: it is thrown', async () => {
  const bug = new TypeError('a bug');
  const write = vi.spyOn(process.stdout, 'write').mockImplementation(() => {
    throw bug;
  });
  await expect(main(['render', '--help'])).rejects.toBe(bug);
  write.mockRestore();
});

test('only a closed pipe ends quietly', () => {
  const exit = vi.spyOn(process, 'exit').mockImplementation((() => {}) as () => never);
  endQuietly(Object.assign(new Error('closed'), {code: 'EPIPE'}));
  expect(exit).toHaveBeenCalledWith();
  const full = Object.assign(new Error('no space left'), {code: 'ENOSPC'});
  expect(() => endQuietly(full)).toThrow(full);
  exit.mockRestore();
});
