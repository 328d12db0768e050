import {describe, expect, test} from 'vitest';
import {RULES} from '../../src/guard/rules.ts';
import {folderWith, type Outcome, runHere} from '../support/command.ts';
import {binding, profile} from './rendering.ts';

const ESCAPE = String.fromCharCode(27);
const TEMPLATE = `apiVersion: v1
kind: ConfigMap
metadata:
  name: a
  finalizers: [example.com/hold]
data:
  a: b
`;
const PROBLEM =
  "metadata.finalizers: cannot render ConfigMap: finalizers is not a template's to write [tenancy/metadata] (leave it out)";

describe('validate', () => {
  test('says nothing of the shipped sets of both modes', async () => {
    expect(await runHere('validate')).toEqual({status: 0, stdout: '', stderr: ''});
  });

  test.each([
    {args: ['--mode', 'standalone']},
    {args: ['templates/pipelines']},
    {args: ['templates/namespace', 'templates/pipelines', '--mode', 'standalone']},
    {args: ['--templates', 'templates/namespace', 'templates/pipelines', '--mode', 'standalone']},
  ])('takes folders with and without a flag: $args', async ({args}) => {
    expect(await runHere('validate', ...args)).toEqual({status: 0, stdout: '', stderr: ''});
  });

  test('asks for a Namespace where folders are meant for standalone', async () => {
    const {status, stdout} = await runHere('validate', 'templates/pipelines', '--mode', 'standalone');
    expect(status).toBe(1);
    expect(stdout).toContain('standalone needs a template of kind Namespace');
  });

  test('shows the line and a caret, once for all Profiles that meet it', async () => {
    expect(await validate({'t.yaml': TEMPLATE})).toEqual({
      status: 1,
      stdout: `t.yaml:5:3: ${PROBLEM}
  3 | metadata:
  4 |   name: a
> 5 |   finalizers: [example.com/hold]
    |   ^
`,
      stderr: '',
    });
  });

  test('names the first Profile that meets what the others do not, whoever generated it', async () => {
    const isOneOf = 'ns.name == "constructor" || ns.name == "crowded"';
    const template = TEMPLATE.replace(
      'finalizers: [example.com/hold]',
      `uid: '\${${isOneOf} ? optional.of("x") : optional.none()}'`,
    );
    const {status, stdout} = await validate({'t.yaml': template});
    expect(status).toBe(1);
    expect(stdout.split('\n').filter(line => line.includes('tenancy/metadata'))).toEqual([
      "t.yaml:5:3: metadata.uid: Profile constructor: cannot render ConfigMap: uid is not a template's to write [tenancy/metadata] (leave it out)",
    ]);
  });

  test('tries the Profiles that it is given, and warns of what they do not get', async () => {
    const template = TEMPLATE.replace('  finalizers: [example.com/hold]\n', '').replace(
      'a: b',
      `a: '\${ns.name == "special" ? values.custom.x : "b"}'`,
    );
    const files = {
      't.yaml': template,
      '.p.yaml': `${profile('special')}${binding('system:admin', 'special')}`,
    };
    const outcome = await validate(files, '--profiles', '.p.yaml');
    expect(outcome).toMatchObject({
      status: 1,
      stdout: expect.stringContaining('t.yaml:6:46: data.a: Profile special: cannot evaluate expression'),
      stderr: expect.stringContaining('warning: Profile special: left out RoleBinding user-frank'),
    });
    expect(await validate(files)).toEqual({status: 0, stdout: '', stderr: ''});
  });

  test('tells of a Profile file that cannot be read', async () => {
    const outcome = await validate(
      {'t.yaml': TEMPLATE, '.p.yaml': 'kind: Pod\nmetadata: {name: a}\n'},
      '--profiles',
      '.p.yaml',
    );
    expect(outcome.stdout).toContain('.p.yaml:1:1: cannot read Profile: Pod is not one of');
    expect(outcome.stdout).toContain(PROBLEM);
  });

  test('tells of values that are wrong, at their place', async () => {
    const outcome = await validate(
      {'t.yaml': TEMPLATE, '.v.yaml': 'guards: {podSecurity: privileged}\n'},
      '--values',
      '.v.yaml',
    );
    expect(outcome).toMatchObject({
      status: 1,
      stdout: expect.stringMatching(
        /^\.v\.yaml:1:10: guards\.podSecurity: cannot use values: must be one of restricted, baseline\n> 1 \| guards: \{podSecurity/,
      ),
    });
  });

  test.each([
    {args: ['--output', 'xml'], message: 'cannot use --output "xml": not one of text, json, github, sarif'},
    {args: ['--mode', 'both'], message: 'cannot use --mode "both"'},
    {args: ['--nonsense'], message: 'cannot read arguments'},
  ])('does not take $args', async ({args, message}) => {
    expect(await runHere('validate', ...args)).toMatchObject({
      status: 2,
      stderr: expect.stringContaining(message),
    });
  });

  test('--help lists every rule, and the value that allows what it refuses', async () => {
    const {stdout} = await runHere('validate', '--help');
    for (const [name, {refuses, allow}] of Object.entries(RULES)) {
      expect(stdout).toContain(`  ${name}\n    ${refuses}\n${allow ? `    values: ${allow}\n` : ''}`);
    }
  });
});

describe('validate -o', () => {
  const evil = TEMPLATE.replace('finalizers', 'fin%: ,"\\r"izers').replace('[example.com/hold]', '[]');

  test('json has every part of a problem', async () => {
    const {status, stdout} = await validate({'t.yaml': TEMPLATE}, '-o', 'json');
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toEqual({
      problems: [
        {
          file: 't.yaml',
          line: 5,
          column: 3,
          field: 'metadata.finalizers',
          message: "cannot render ConfigMap: finalizers is not a template's to write",
          rule: 'tenancy/metadata',
          hint: 'leave it out',
        },
      ],
    });
  });

  test.each([
    {output: 'json', empty: '{\n  "problems": []\n}\n'},
    {output: 'github', empty: ''},
    {output: 'text', empty: ''},
  ])('$output is complete where nothing is wrong', async ({output, empty}) => {
    expect(await runHere('validate', '-o', output)).toEqual({status: 0, stdout: empty, stderr: ''});
  });

  test('github has a workflow command for each', async () => {
    const {stdout} = await validate({'t.yaml': TEMPLATE}, '-o', 'github');
    expect(stdout).toBe(
      "::error file=t.yaml,line=5,col=3,title=tenancy/metadata::metadata.finalizers: cannot render ConfigMap: finalizers is not a template's to write (leave it out)\n",
    );
  });

  test('github keeps what a file holds from ending the command', async () => {
    const {stdout} = await validate({'a,b:%.yaml': evil}, '-o', 'github');
    expect(stdout).toMatch(/^::error file=a%2Cb%3A%25\.yaml,line=\d+,col=\d+::/);
    expect(stdout.trim().split('\n')).toHaveLength(1);
  });

  test('sarif has the rules and a result for each', async () => {
    const {status, stdout} = await validate({'t.yaml': TEMPLATE}, '-o', 'sarif');
    expect(status).toBe(1);
    const log = JSON.parse(stdout);
    expect(log).toMatchObject({version: '2.1.0', runs: [{tool: {driver: {name: 'profile-sync'}}}]});
    const [{tool, results}] = log.runs;
    const ids = tool.driver.rules.map(({id}: {id: string}) => id);
    expect(ids).toEqual(['template', ...Object.keys(RULES)]);
    expect(results).toEqual([
      {
        ruleId: 'tenancy/metadata',
        level: 'error',
        message: {
          text: "metadata.finalizers: cannot render ConfigMap: finalizers is not a template's to write (leave it out)",
        },
        locations: [
          {
            physicalLocation: {
              artifactLocation: {uri: 't.yaml'},
              region: {startLine: 5, startColumn: 3},
            },
            logicalLocations: [{fullyQualifiedName: 'metadata.finalizers'}],
          },
        ],
      },
    ]);
  });

  test('sarif gives what no rule is about to one of its own, and a folder no line', async () => {
    const {stdout} = await validate({}, '-o', 'sarif');
    const [{results}] = JSON.parse(stdout).runs;
    expect(results).toMatchObject([
      {ruleId: 'template', locations: [{physicalLocation: {artifactLocation: {}}}]},
    ]);
    expect(results[0].locations[0].physicalLocation).not.toHaveProperty('region');
  });
});

test('colours go to a terminal alone, and never from a template', async () => {
  const template = `${TEMPLATE}  b: "${ESCAPE}[31mred"\n`.replace('"', "'").replace('"', "'");
  const {stdout} = await validate({'t.yaml': template});
  expect(stdout).not.toContain(ESCAPE);
});

/** Validates files in a folder; what it says names them as they are given here, dot files by flags. */
async function validate(files: {readonly [name: string]: string}, ...args: string[]): Promise<Outcome> {
  const folder = folderWith(files);
  const located = args.map(arg => (arg.startsWith('.') ? `${folder}/${arg}` : arg));
  const {stdout, stderr, ...outcome} = await runHere('validate', folder, ...located);
  const relative = (text: string) => text.replaceAll(`file://${folder}/`, '').replaceAll(`${folder}/`, '');
  return {...outcome, stdout: relative(stdout), stderr: relative(stderr)};
}
