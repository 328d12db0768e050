import {describe, expect, test} from 'vitest';
import {placeholderCredentials} from '../../src/credentials/provisioner.ts';
import {compile, configMap, problemsOf} from './support.ts';

describe('the place of a problem in what is rendered', () => {
  const quota = (hard: string) =>
    `apiVersion: v1\nkind: ResourceQuota\nmetadata:\n  name: a\nspec:\n  hard: ${hard}\n`;

  test('is the nearest field of the template, where an expression made the rest', () => {
    const work = () => compile({'t.yaml': quota('${values.custom}')}, {values: 'custom: {cpu: 4 cores}'});
    expect(problemsOf(work)).toMatchObject([{line: 6, column: 3, field: 'spec.hard.cpu'}]);
  });

  const deployment = (first: string) =>
    `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: a\nspec:\n  template:\n    spec:\n      containers:\n        - ${first}\n        - resources:\n            limits:\n              cpu: 4 cores\n`;

  test.each([
    {list: 'of maps', template: deployment('name: a')},
    {list: 'of a text too', template: deployment('name ${ns.name}')},
    {list: 'of a number too', template: deployment('1')},
    {
      list: 'with an item behind it that may be dropped',
      template: `${deployment('name: a')}        - \${null}\n`,
    },
  ])('is the item of a list $list', ({template}) => {
    expect(problemsOf(() => compile({'t.yaml': template}))).toMatchObject([
      {line: 12, column: 15, field: 'spec.template.spec.containers[1].resources.limits.cpu'},
    ]);
  });

  test.each(['${null}', 'null'])(
    'is the whole list where an item before it may have been dropped: %s',
    first => {
      expect(problemsOf(() => compile({'t.yaml': deployment(first)}))).toMatchObject([
        {line: 8, column: 7, field: 'spec.template.spec.containers[0].resources.limits.cpu'},
      ]);
    },
  );
});

describe('no error has the value of a variable in it', () => {
  test.each([
    {
      where: 'a text that joins a list',
      template: configMap('data:\n  a: x ${dyn([credentials.secretKey])}\n'),
    },
    {
      where: 'a key that is missing',
      template: configMap('data:\n  a: ${{"a": 1}[credentials.secretKey]}\n')
        .replace('${{', "'${{")
        .replace(']}', "]}'"),
    },
    {where: 'a number that is none', template: configMap('data:\n  a: ${int(credentials.secretKey)}\n')},
    {
      where: 'a quantity',
      template:
        'apiVersion: v1\nkind: ResourceQuota\nmetadata:\n  name: a\nspec:\n  hard:\n    cpu: ${credentials.secretKey}\n',
    },
    {
      where: 'a quantity of several lines',
      template:
        'apiVersion: v1\nkind: ResourceQuota\nmetadata:\n  name: a\nspec:\n  hard:\n    cpu: "\\": ${credentials.secretKey}\\n\\": "\n',
    },
    {where: 'a namespace', template: configMap('', '  namespace: ${credentials.secretKey}\n')},
    {
      where: 'a name used twice',
      template: configMap('').replace('name: a', 'name: ${credentials.secretKey}'),
      other: configMap('').replace('name: a', 'name: ${credentials.secretKey}'),
    },
    {
      where: 'an include-when',
      template: configMap(
        '',
        '  annotations:\n    profile-sync.kubeflow.org/include-when: ${dyn(credentials.secretKey)}\n',
      ),
    },
    {
      where: 'a for-each',
      template: configMap(
        '',
        '  annotations:\n    profile-sync.kubeflow.org/for-each: ${dyn(credentials.secretKey)}\n',
      ),
    },
    {
      where: 'a steering annotation',
      template: configMap(
        '',
        '  annotations: \'${{"profile-sync.kubeflow.org/" + credentials.secretKey: "a"}}\'\n',
      ),
    },
  ])('$where', ({template, other}) => {
    const problems = problemsOf(() => compile({'a.yaml': template, ...(other && {'b.yaml': other})}));
    expect(problems).not.toEqual([]);
    expect(JSON.stringify(problems)).not.toContain(
      placeholderCredentials('memory', {bucket: '', prefixes: []}).secretKey,
    );
  });
});
