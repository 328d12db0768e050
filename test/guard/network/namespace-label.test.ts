import {describe, expect, test} from 'vitest';
import {checkNetworkObject} from '../../../src/guard/network.ts';
import {guardContext, lines, object} from '../network-context.ts';

const check = (labels: unknown, namespaceLabels?: string[]) =>
  checkNetworkObject(
    object('v1', 'Namespace', {metadata: {name: 'alice', labels}}),
    guardContext(namespaceLabels && {guards: {namespaceLabels}}),
  );

describe("the Namespace's labels", () => {
  test.each<[label: string, value: unknown]>([
    ['istio-injection', 'enabled'],
    ['istio.io/dataplane-mode', 'ambient'],
    ['pod-security.kubernetes.io/enforce', 'baseline'],
    ['pod-security.kubernetes.io/enforce', 'restricted'],
    ['pod-security.kubernetes.io/warn', 'baseline'],
    ['app.kubernetes.io/part-of', 'kubeflow-profile'],
    ['serving.kubeflow.org/inferenceservice', 'enabled'],
    ['example.com/istio-injection', 'disabled'],
    ['not-istio.io/rev', 'x'],
    ['istio-injection-not', 'disabled'],
    ['kubernetes.io/metadata.name', 'alice'],
  ])('may have %s=%s', (label, value) => {
    expect(check({[label]: value})).toEqual([]);
  });

  test.each<[label: string, value: unknown, shown: string]>([
    ['istio-injection', 'disabled', '"disabled"'],
    ['istio-injection', '', '""'],
    ['istio.io/rev', 'canary', '"canary"'],
    ['istio.io/dataplane-mode', 'none', '"none"'],
    ['pod-security.kubernetes.io/enforce', 'privileged', '"privileged"'],
    ['pod-security.kubernetes.io/enforce', 'baseline\n', '"baseline?"'],
    ['pod-security.kubernetes.io/enforce-version', 'v1.20', '"v1.20"'],
    ['pod-security.kubernetes.io/enforce', ['baseline'], '(no text)'],
  ])('may not have %s=%j', (label, value, shown) => {
    const violations = check({team: 'x', [label]: value});
    expect(violations).toEqual([
      {
        rule: 'network/namespace-label',
        path: ['metadata', 'labels', label],
        message: `cannot render Namespace: label ${label} with value ${shown} is not listed`,
        hint: 'guards.namespaceLabels can list it as key=value',
      },
    ]);
  });

  test('may be listed', () => {
    expect(check({'istio.io/rev': 'canary'}, ['istio.io/rev=canary'])).toEqual([]);
    expect(check({'istio-injection': 'enabled'}, ['istio.io/rev=canary'])).toHaveLength(1);
  });

  test.each(['bob', 'kubeflow', 7])('may not call it %s', name => {
    expect(check({'kubernetes.io/metadata.name': name})).toEqual([
      {
        rule: 'network/namespace-label',
        path: ['metadata', 'labels', 'kubernetes.io/metadata.name'],
        message: "cannot render Namespace: label kubernetes.io/metadata.name is not the namespace's own name",
        hint: 'leave it out: the API server writes it',
      },
    ]);
  });

  test('are all judged', () => {
    const found = check({
      'istio-injection': 'disabled',
      'kubernetes.io/metadata.name': 'bob',
      'istio.io/rev': 'x',
    });
    expect(lines(found).map(line => line.split(': ')[0])).toEqual([
      'metadata.labels.istio-injection',
      'metadata.labels["kubernetes.io/metadata.name"]',
      'metadata.labels["istio.io/rev"]',
    ]);
  });

  test.each([undefined, [], 'istio-injection'])('may be %j, which is for the schema to judge', labels => {
    expect(check(labels)).toEqual([]);
  });
});
