import {describe, expect, test, vi} from 'vitest';
import {runWithDeadline} from '../../src/template/deadline.ts';
import type {TemplateSet} from '../../src/template/set.ts';
import {compile, complaints, configMap, inputFor, problemsOf} from './support.ts';

vi.mock('../../src/template/deadline.ts', async importOriginal => {
  const deadline = await importOriginal<typeof import('../../src/template/deadline.ts')>();
  return {...deadline, runWithDeadline: vi.fn(deadline.runWithDeadline)};
});

const FOR_EACH = 'profile-sync.kubeflow.org/for-each';

describe('a template cannot hang the hook', {timeout: 30_000}, () => {
  // 100 objects of 100 fields, each a loop of 100 in a loop of 100: a minute if nothing ended it.
  const list = `[${Array.from({length: 100}, (_, index) => index)}]`;
  const slow = `${configMap('', `  annotations:\n    ${FOR_EACH}: \${values.custom.?items.orValue([])}\n`).replace('name: a', 'name: x-${string(item)}')}data:\n${Array.from({length: 100}, (_, index) => `  k${index}: '\${values.custom.list.map(x, values.custom.list.map(y, x * y).size()).size()}'\n`).join('')}`;
  const values = `custom: {list: ${list}, items: ${list}}\n`;

  test('an expensive one is stopped by the deadline, once and not for each sample Profile, and is named', () => {
    vi.mocked(runWithDeadline).mockClear();
    const problems = complaints(() => compile({'a.yaml': configMap(''), 't.yaml': slow}, {values}));
    expect(problems).toEqual(['t.yaml:1:1: cannot render templates: not done within 1000 ms']);
    expect(runWithDeadline).toHaveBeenCalledTimes(1);
  });

  test('nor in an answer, and the hook goes on', () => {
    const set = compile({'t.yaml': slow}, {values: 'custom: {list: [], items: []}'});
    const {values: heavy} = compile({'a.yaml': configMap('')}, {values});
    expect(problemsOf(() => set.render(inputFor(set, {values: heavy.base})))).toMatchObject([
      {file: 't.yaml', message: 'cannot render templates: not done within 1000 ms'},
    ]);
    expect(set.render(inputFor(set))).toEqual([]);
  });

  test('nor a Profile that makes an innocent one expensive', () => {
    const visit = `profile.metadata.annotations.filter(k, k != "")${'.filter(k, k != "")'.repeat(7)}`;
    const fields = Array.from({length: 200}, (_, index) => `  k${index}: '\${${visit}.size()}'\n`).join('');
    const set = compile({'t.yaml': configMap(`data:\n${fields}`)});
    const input = inputFor(set);
    const annotations = Object.fromEntries(Array.from({length: 20_000}, (_, index) => [`k${index}`, '']));
    expect(problemsOf(() => set.render({...input, profile: {...input.profile, annotations}}))).toMatchObject([
      {message: 'cannot render templates: not done within 1000 ms'},
    ]);
  });

  test('nor where only a label leads there, which no sample Profile has', () => {
    const million = `"aaaaaaaaaa"${'.replace("a", "aaaaaaaaaa")'.repeat(4)}.split("")`;
    const field = (index: number) =>
      `  k${index}: '\${profile.metadata.labels.?tier.orValue("") == "slow" ? ${million}.map(c, hash(c)).size() : 0}'\n`;
    const set = compile({
      't.yaml': configMap(`data:\n${Array.from({length: 20}, (_, index) => field(index)).join('')}`),
    });
    const input = inputFor(set);
    const profile = {...input.profile, labels: {tier: 'slow'}};
    expect(complaints(() => set.render({...input, profile}))).toEqual([
      't.yaml:1:1: cannot render templates: not done within 1000 ms',
    ]);
  });

  test('what is no deadline is passed on', () => {
    const set = compile({'a.yaml': configMap('data: ${ns.name}\n')});
    const input = inputFor(set);
    const profile = Object.defineProperty({...input.profile}, 'name', {
      get: () => {
        throw new RangeError('a bug');
      },
    });
    expect(() => set.render({...input, profile})).toThrow(RangeError);
  });
});

describe('the deadline, which costs as much as a small render,', () => {
  const annotated = (expression: string) =>
    configMap('', `  annotations:\n    ${FOR_EACH}: '\${${expression}}'\n`).replace(
      'name: a',
      'name: x-${string(item)}',
    );

  test.each([
    {why: 'a loop in a loop', data: '[1].map(x, [1].map(y, x))', stands: true},
    {why: 'a function that grows', data: 'ns.name.replace("a", "b")', stands: true},
    {why: 'a binding, which can grow', data: 'cel.bind(x, ns.name, x + x)', stands: true},
    {why: 'long annotations of the Profile', data: 'ns.name', annotation: 16_400, stands: true},
    {why: 'nothing more than a loop', data: '[1].map(x, x)', annotation: 16_000, stands: false},
  ])('stands over a render with $why: $stands', ({data, annotation = 0, stands}) => {
    const set = compile({'t.yaml': configMap(`data: '\${${data}}'\n`)});
    expect(isLimited(set, annotation)).toBe(stands);
  });

  test.each([
    {why: 'with a loop inside', list: '[1]', data: '[1].map(x, x)', stands: true},
    {why: 'over a loop', list: '[1].map(x, x)', data: '[1]', stands: true},
    {why: 'without a loop', list: '[1]', data: '[1]', stands: false},
  ])('stands over a for-each $why: $stands', ({list, data, stands}) => {
    expect(isLimited(compile({'t.yaml': `${annotated(list)}data: '\${${data}}'\n`}), 0)).toBe(stands);
  });

  function isLimited(set: TemplateSet, annotation: number): boolean {
    const input = inputFor(set);
    vi.mocked(runWithDeadline).mockClear();
    set.render({...input, profile: {...input.profile, annotations: {a: 'x'.repeat(annotation)}}});
    return vi.mocked(runWithDeadline).mock.calls.length > 0;
  }
});

describe('a template cannot bloat the hook', () => {
  const double = `\${["${'x'.repeat(1000)}"].map(a, a + a).map(a, a + a).map(a, a + a).map(a, a + a).map(a, a + a).map(a, a + a).map(a, a + a).map(a, a + a)[0]}`;

  test.each([
    {what: 'texts', value: double},
    {what: 'lists', value: double.replace('[0]', '')},
  ])('an object of more than 1 MiB in $what is not made', ({value}) => {
    const fields = (count: number) =>
      Array.from({length: count}, (_, index) => `  k${index}: '${value}'\n`).join('');
    expect(complaints(() => compile({'t.yaml': configMap(`data:\n${fields(3)}`)}))).toEqual([]);
    expect(complaints(() => compile({'t.yaml': configMap(`data:\n${fields(200)}`)}))).toEqual([
      't.yaml:10:8: data.k4: cannot render object: it is longer than 1048576 characters',
    ]);
  });

  test('and the next one is counted anew', () => {
    const template = configMap(`data:\n  a: '${double}'\n`);
    const files = Object.fromEntries(
      Array.from({length: 8}, (_, index) => [
        `${index}.yaml`,
        template.replace('name: a', `name: x${index}`),
      ]),
    );
    expect(complaints(() => compile(files))).toEqual([]);
  });

  test('what steers does not add up from one Profile to the next', () => {
    const steering = `  annotations:\n    ${FOR_EACH}: \${collaborators}\n    profile-sync.kubeflow.org/include-when: \${item.name == "nobody"}\n`;
    const set = compile({'t.yaml': configMap('', steering)});
    const name = 'n'.repeat(500);
    const collaborators = Array.from({length: 300}, () => ({kind: 'User', name, role: 'edit'}) as const);
    const input = inputFor(set, {collaborators});
    for (let sync = 0; sync < 30; sync++) expect(set.render(input)).toEqual([]);
  });

  test('a Profile that is too much leaves the next one its own', () => {
    const set = compile({
      't.yaml': configMap(
        'data:\n  a: ${owner.name + owner.name}\n',
        '  annotations:\n    profile-sync.kubeflow.org/include-when: ${owner.name != ""}\n',
      ),
    });
    const input = inputFor(set);
    const owner = {...input.profile.owner, name: 'n'.repeat(900_000)};
    expect(problemsOf(() => set.render({...input, profile: {...input.profile, owner}}))).toHaveLength(1);
    expect(set.render(input)).toHaveLength(1);
  });
});
