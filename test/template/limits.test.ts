import {describe, expect, test} from 'vitest';
import {compile, complaints, configMap, inputFor, problemsOf} from './support.ts';

const FOR_EACH = 'profile-sync.kubeflow.org/for-each';

describe('a template cannot hang the hook', () => {
  // 500 lists of 100 items, each visited for each: tens of seconds if nothing ended it.
  const list = `[${Array.from({length: 100}, (_, index) => index)}]`;
  const slow = `${configMap('', `  annotations:\n    ${FOR_EACH}: \${values.custom.?items.orValue([])}\n`).replace('name: a', 'name: x-${string(item)}')}data:\n${Array.from({length: 100}, (_, index) => `  k${index}: '\${values.custom.list.map(x, values.custom.list.map(y, x * y).size()).size()}'\n`).join('')}`;
  const values = `custom: {list: ${list}, items: ${list}}\n`;

  test('an expensive one is stopped by the deadline, once and not for each sample Profile, and is named', () => {
    const started = performance.now();
    const problems = complaints(() => compile({'a.yaml': configMap(''), 't.yaml': slow}, {values}));
    expect(problems).toEqual(['t.yaml:1:1: cannot render templates: not done within 1000 ms']);
    expect(performance.now() - started).toBeLessThan(3000);
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

describe('a template cannot bloat the hook', () => {
  const double = `\${["${'x'.repeat(1000)}"].map(a, a + a).map(a, a + a).map(a, a + a).map(a, a + a).map(a, a + a).map(a, a + a).map(a, a + a).map(a, a + a)[0]}`;

  test.each([
    {what: 'texts', value: double},
    {what: 'lists', value: double.replace('[0]', '')},
  ])('an object of more than 1.5 MiB in $what is not made', ({value}) => {
    const fields = (count: number) =>
      Array.from({length: count}, (_, index) => `  k${index}: '${value}'\n`).join('');
    expect(complaints(() => compile({'t.yaml': configMap(`data:\n${fields(6)}`)}))).toEqual([]);
    expect(complaints(() => compile({'t.yaml': configMap(`data:\n${fields(200)}`)}))).toEqual([
      't.yaml:12:8: data.k6: cannot render object: it is longer than 1572864 characters',
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
});
