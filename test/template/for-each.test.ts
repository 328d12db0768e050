import {describe, expect, test} from 'vitest';
import type {Collaborator} from '../../src/profile/collaborators.ts';
import {compile, complaints, inputFor, problemsOf, render} from './support.ts';

const FOR_EACH = 'profile-sync.kubeflow.org/for-each';
const PLACE = `t.yaml:6:5: metadata.annotations["${FOR_EACH}"]`;

describe('for-each', () => {
  const collaborators: Collaborator[] = [
    {kind: 'User', name: 'bob', role: 'view'},
    {kind: 'User', name: 'carol', role: 'edit'},
  ];

  test('renders one object for each item of a list, with item in its name', () => {
    const set = compile({
      't.yaml': repeated('collaborators', 'of-${slug(item.name)}', 'data:\n  role: ${item.role}\n'),
    });
    const rendered = set.render(inputFor(set, {collaborators}));
    expect(rendered.map(({object}) => [object.metadata.name, object.data])).toEqual([
      ['of-bob', {role: 'view'}],
      ['of-carol', {role: 'edit'}],
    ]);
    expect(set.render(inputFor(set))).toEqual([]);
  });

  test('asks include-when for each item', () => {
    const template = repeated('collaborators', '${item.name}', '').replace(
      '    profile',
      '    profile-sync.kubeflow.org/include-when: \'${item.role == "edit"}\'\n    profile',
    );
    const set = compile({'t.yaml': template.replace('${item.name}', '${slug(item.name)}')});
    expect(set.render(inputFor(set, {collaborators})).map(({object}) => object.metadata.name)).toEqual([
      'carol',
    ]);
  });

  test('takes items of any type', () => {
    const names = render({'t.yaml': repeated('[1, "a", {"b": 2}]', 'x-${hash(json(item))}', '')}).map(
      ({metadata}) => metadata.name,
    );
    expect(new Set(names).size).toBe(3);
  });

  test('stops at the first item that fails, and says where', () => {
    const work = () =>
      compile(
        {'t.yaml': repeated('values.custom.list', 'x-${string(item)}', 'data:\n  a: ${item.b}\n')},
        {values: 'custom: {list: [1]}'},
      );
    expect(complaints(work)).toEqual([
      't.yaml:8:13: data.a: cannot evaluate expression: no such key "b" (use .?b.orValue(…), or has(…))',
    ]);
  });

  test.each([
    {what: 'a text', value: '"a"'},
    {what: 'a map', value: '{a: 1}'},
  ])('refuses $what where only the value tells', ({value}) => {
    const work = () =>
      compile({'t.yaml': repeated('values.custom.list', 'x', '')}, {values: `custom: {list: ${value}}`});
    expect(complaints(work)).toEqual([`${PLACE}: cannot repeat object: the expression yields no list`]);
  });

  test('refuses an optional list that is not there', () => {
    expect(complaints(() => compile({'t.yaml': repeated('values.custom.?list', 'x', '')}))).toEqual([
      `${PLACE}: cannot repeat object: the expression yields no list`,
    ]);
  });

  test('takes 500 items and refuses more', () => {
    const work = (count: number) =>
      compile(
        {'t.yaml': repeated('values.custom.list', 'x-${string(item)}', '')},
        {values: `custom: {list: [${[...Array(count).keys()]}]}`},
      );
    expect(complaints(() => work(500))).toEqual([]);
    expect(complaints(() => work(501))).toEqual([
      `${PLACE}: cannot repeat object: the list has 501 items, at most 500 are allowed`,
    ]);
  });

  test('refuses objects of more than 4 MiB in all', () => {
    const template = repeated(
      'values.custom.list',
      'x-${string(item)}',
      `data:\n  a: ${'y'.repeat(100_000)}\n`,
    );
    const work = (count: number) =>
      compile({'t.yaml': template}, {values: `custom: {list: [${[...Array(count).keys()]}]}`});
    expect(complaints(() => work(41))).toEqual([]);
    expect(complaints(() => work(42))).toEqual([
      `${PLACE}: cannot repeat object: the objects take more than 4194304 characters`,
    ]);
  });

  test('refuses two objects of one name', () => {
    const work = () => compile({'t.yaml': repeated('["a", "b", "b"]', 'x-${item.size()}', '')});
    expect(complaints(work)).toEqual([
      't.yaml:4:3: metadata.name: cannot render ConfigMap: its for-each makes another one of the same name [tenancy/duplicate]',
    ]);
  });

  test('of one list says nothing about that of another file', () => {
    const files = {
      'a.yaml': repeated('[{"n": "a"}]', '${item.n}', ''),
      'b.yaml': repeated('collaborators', '${item.n}', ''),
    };
    expect(problemsOf(() => compile(files)).map(({file, message}) => `${file}: ${message}`)).toEqual([
      'b.yaml: cannot compile expression: unknown field "n" of collaborators[]',
    ]);
  });
});

function repeated(list: string, name: string, rest: string): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n  annotations:\n    ${FOR_EACH}: '\${${list}}'\n${rest}`;
}
