import {describe, expect, test} from 'vitest';
import {compile, complaints, configMap} from './support.ts';

const INCLUDE_WHEN = 'profile-sync.kubeflow.org/include-when';
const FOR_EACH = 'profile-sync.kubeflow.org/for-each';

/** A ConfigMap that only a Profile with the label gets. */
const hidden = (rest: string, condition = 'profile.metadata.labels.?evil.hasValue()') =>
  configMap(rest, `  annotations:\n    ${INCLUDE_WHEN}: '\${${condition}}'\n`);

describe('a template that no sample Profile gets', () => {
  test('is judged as if it were got: the next Profile may be the one', () => {
    expect(problems(hidden('status: {}\n'))).toEqual([
      "t.yaml:7:1: status: cannot render ConfigMap: status is not a template's to write [tenancy/metadata] (leave it out)",
    ]);
  });

  test('is judged for each item of a for-each that is empty for them', () => {
    const list = 'profile.metadata.labels.?evil.hasValue() ? ["a"] : []';
    const template = configMap('status: {}\n', `  annotations:\n    ${FOR_EACH}: '\${${list}}'\n`);
    // No item, no object: what cannot be rendered for any sample cannot be judged.
    expect(problems(template)).toEqual([]);
    const always = configMap(
      'status: {}\n',
      `  annotations:\n    ${FOR_EACH}: '\${["a"]}'\n    ${INCLUDE_WHEN}: '\${profile.metadata.labels.?evil.hasValue()}'\n`,
    );
    expect(problems(always)).toHaveLength(1);
  });

  test('passes if it does for one of them: its include-when may keep it from the others', () => {
    const when = 'owner.kind == "Group" && ns.name == "nobody"';
    const data = '\'${owner.kind == "Group" ? {} : {"a": "b"}}\'';
    expect(problems(hidden(`status: ${data}\n`.replace('status', 'data'), when))).toEqual([]);
    const status = 'status: \'${owner.kind == "Group" ? optional.none() : optional.of("x")}\'\n';
    expect(problems(hidden(status, when))).toEqual([]);
  });

  test('passes where it can be rendered for none, for then nothing is known of it', () => {
    expect(problems(hidden('data:\n  a: ${profile.metadata.labels.evil}\nstatus: {}\n'))).toEqual([]);
  });

  test('is not judged while the values switch it off', () => {
    expect(problems(hidden('status: {}\n', 'values.collaboratorBindings'))).toEqual([]);
    expect(
      problems(hidden('status: {}\n', 'values.collaboratorBindings'), 'collaboratorBindings: true'),
    ).toHaveLength(1);
  });

  test('is judged where only overrides by label together switch it on', () => {
    const values = [
      'custom: {a: false, b: false}',
      'overrides:',
      '  - {selector: {matchLabels: {a: x}}, values: {custom: {a: true}}}',
      '  - {selector: {matchLabels: {b: x}}, values: {custom: {b: true}}}',
    ].join('\n');
    expect(problems(hidden('status: {}\n', 'values.custom.a && values.custom.b'), values)).toHaveLength(1);
  });

  test('may have the name of another one, for only one of them may ever come', () => {
    const files = {'a.yaml': configMap(''), 'b.yaml': hidden('')};
    expect(complaints(() => compile(files, {isGuarded: true}))).toEqual([]);
  });
});

describe('the tenant’s key', () => {
  const HINT = 'name the Secret and its key instead, or ask credentials.mode or credentials.generation';
  const refused = (place: string) =>
    `t.yaml:${place}: cannot use the tenant's key here: it may only be a single value in the data of a Secret [secrets/key] (${HINT})`;
  const secret = (rest: string, metadata = '') => configMap(rest, metadata).replace('ConfigMap', 'Secret');

  test.each([
    {
      what: 'in a ConfigMap',
      template: configMap('data:\n  a: ${credentials.secretKey}\n'),
      place: '6:6: data.a',
    },
    {
      what: 'as a part',
      template: configMap('data:\n  a: x${credentials.accessKey.substring(0, 1)}\n'),
      place: '6:6: data.a',
    },
    {
      what: 'as a digest',
      template: configMap('data:\n  a: ${hash(credentials.secretKey)}\n'),
      place: '6:6: data.a',
    },
    {
      what: 'by a walk over all credentials',
      template: configMap('data:\n  a: ${json(credentials)}\n'),
      place: '6:6: data.a',
    },
    {
      what: 'by a computed field',
      template: configMap('data:\n  a: ${credentials["secret" + "Key"]}\n'),
      place: '6:6: data.a',
    },
    {
      what: 'in the metadata of a Secret',
      template: secret('', '  labels:\n    a: ${base64.encode(credentials.secretKey)}\n'),
      place: '6:8: metadata.labels.a',
    },
    {
      what: 'in a condition on it',
      template: secret(
        '',
        `  annotations:\n    ${INCLUDE_WHEN}: '\${credentials.secretKey.startsWith("a")}'\n`,
      ),
      place: '6:46: metadata.annotations["profile-sync.kubeflow.org/include-when"]',
    },
    {
      what: 'as an item',
      template: secret(
        'stringData:\n  a: ${item}\n',
        `  annotations:\n    ${FOR_EACH}: '\${[credentials.secretKey]}'\n`,
      ),
      place: '6:42: metadata.annotations["profile-sync.kubeflow.org/for-each"]',
    },
    {
      what: 'in the data of a Secret of another API',
      template: configMap('data:\n  a: ${credentials.secretKey}\n')
        .replace('v1', 'example.com/v1')
        .replace('ConfigMap', 'Secret'),
      place: '6:6: data.a',
      values: 'guards: {kinds: [Secret.example.com/v1]}',
    },
  ])('is refused $what', ({template, place, values = ''}) => {
    expect(problems(template, values).filter(problem => problem.includes('secrets/key'))).toEqual([
      refused(place),
    ]);
  });

  test.each([
    {what: 'text', template: secret('stringData:\n  a: x${credentials.secretKey}\n')},
    {what: 'base64', template: secret('data:\n  a: ${base64.encode(credentials.secretKey)}\n')},
    {what: 'the whole of it', template: secret('stringData:\n  a: ${json(credentials)}\n')},
  ])('may stand in the data of a Secret as $what', ({template}) => {
    expect(problems(template)).toEqual([]);
  });

  test.each([
    {what: 'an error of its expression', value: '${ns.labels.size() == 0 ? [""][9] : credentials.secretKey}'},
    {
      what: 'text that cannot be joined',
      value: 'x${ns.labels.size() == 0 ? {} : dyn(credentials.secretKey)}',
    },
  ])('is not told by $what: neither why, nor where, nor in which field', ({value}) => {
    expect(problems(secret(`stringData:\n  a: '${value.replaceAll("'", '"')}'\n`))).toEqual([
      "t.yaml: cannot evaluate expression: it reads the tenant's key, and so the reason is not told [secrets/key] (use the key as it is, without a condition on it)",
    ]);
  });

  test('is not told by what a rule says of its data', () => {
    const value = '\'${credentials.secretKey == "" ? dyn("") : dyn(1)}\'';
    expect(problems(secret(`data:\n  a: ${value}\n`))).toEqual([
      't.yaml:1:1: cannot render Secret: something is wrong with its data, which hold the key [schema/field]',
    ]);
  });

  test('is not what else credentials say', () => {
    const data = ['mode', 'secretName', 'bucket', 'prefix'].map(
      name => `  ${name}: \${credentials.${name}}\n`,
    );
    expect(problems(configMap(`data:\n${data.join('')}  g: \${string(credentials.generation)}\n`))).toEqual(
      [],
    );
  });
});

function problems(template: string, values = ''): string[] {
  return complaints(() => compile({'t.yaml': template}, {isGuarded: true, values}));
}
