import {describe, expect, test} from 'vitest';
import {compilePattern} from '../../../src/kubernetes/crds/pattern.ts';

describe('compilePattern', () => {
  test.each([
    {pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$', text: 'a-b', matches: true},
    {pattern: 'a\\-b', text: 'a-b', matches: true},
    {pattern: '^\\S+$', text: 'a b', matches: false},
    {pattern: '^.$', text: '😀', matches: true},
    {pattern: '(?:a|b)c', text: 'bc', matches: true},
    {pattern: '\\p{L}', text: 'ä', matches: true},
    {pattern: 'a\\\\A', text: 'a\\A', matches: true},
  ])('reads $pattern', ({pattern, text, matches}) => {
    expect(compilePattern(pattern)?.test(text)).toBe(matches);
  });

  test.each([
    '(',
    '\\Aa',
    'a\\z',
    '\\Qa\\E',
    '\\C',
    '\\x{61}',
    '[[:alpha:]]',
    '(?P<a>b)',
    '(?i)a',
    '(?i:a)',
    '(?s-i)a',
    '\\pL',
    '\\p{L}\\-',
  ])('reads not %s, which Kubernetes takes for something else', pattern => {
    expect(compilePattern(pattern)).toBeUndefined();
  });
});
