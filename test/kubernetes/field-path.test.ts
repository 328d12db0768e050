import {describe, expect, test} from 'vitest';
import {fieldPath} from '../../src/kubernetes/field-path.ts';

describe('fieldPath', () => {
  test.each([
    {path: [], text: ''},
    {path: ['spec', 'rules', 0, 'verbs'], text: 'spec.rules[0].verbs'},
    {path: ['spec', 'pod-selector'], text: 'spec.pod-selector'},
    {
      path: ['metadata', 'labels', 'app.kubernetes.io/name'],
      text: 'metadata.labels["app.kubernetes.io/name"]',
    },
    {path: ['data', ''], text: 'data[""]'},
  ])('writes $text as people do', ({path, text}) => {
    expect(fieldPath(path)).toBe(text);
  });
});
