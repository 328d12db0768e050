import {expect, test} from 'vitest';
import {compile, configMap, render} from './support.ts';

const PARENTHESES = [
  '!("a" in profile.metadata.labels)',
  '!(values.istio.enabled) || true',
  '(ns.name) == (profile.metadata.name)',
  '(values.istio.enabled) == (true) && !("a" in profile.metadata.labels)',
  'values.istio.enabled && (true ? !(false) : (false))',
];

test.each(PARENTHESES)('include-when may end in parentheses, as in %s', condition => {
  const annotations = `  annotations:\n    profile-sync.kubeflow.org/include-when: '\${${condition}}'\n`;
  expect(render({'a.yaml': configMap('', annotations)})).toHaveLength(1);
});

test('what the values switch off is known in parentheses, too', () => {
  const condition = '!(values.istio.enabled)';
  const annotations = `  annotations:\n    profile-sync.kubeflow.org/include-when: '\${${condition}}'\n`;
  const set = compile({'a.yaml': configMap('', annotations)});
  const [off] = set.templates[0]?.valueConditions ?? [];
  expect(off?.evaluate({values: set.values.base.cel})).toBe(false);
});
