import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {canonicalQuantity, compareQuantities} from '../../src/kubernetes/quantity.ts';

// Printed by k8s.io/apimachinery v0.36.3 from the parsed number, not from the text that it was read from.
const CANONICAL_FORMS: [string | number, string][] = [
  ['0', '0'],
  [0, '0'],
  ['-0', '0'],
  ['00', '0'],
  ['0Ki', '0'],
  ['0e3', '0'],
  ['1', '1'],
  [4, '4'],
  ['+1', '1'],
  ['001', '1'],
  ['1.', '1'],
  ['1.000', '1'],
  ['1000', '1k'],
  [1e3, '1k'],
  ['1500', '1500'],
  ['1000m', '1'],
  ['1500m', '1500m'],
  ['1000000m', '1k'],
  ['0.5', '500m'],
  [0.5, '500m'],
  ['.5', '500m'],
  ['1.500', '1500m'],
  ['-0.5', '-500m'],
  ['1000u', '1m'],
  ['999n', '999n'],
  ['0.1n', '1n'],
  ['-0.1n', '-1n'],
  ['1.0000000001', '1000000001n'],
  ['3.14159265358979', '3141592654n'],
  ['1000G', '1T'],
  ['1.5G', '1500M'],
  ['100.035k', '100035'],
  ['999E', '999E'],
  ['9223372036854775808', '9223372036854775808'],
  ['123456789012345678901', '123456789012345678901'],
  ['1Ki', '1Ki'],
  ['1000Ki', '1000Ki'],
  ['1024Mi', '1Gi'],
  ['1536Mi', '1536Mi'],
  ['1.5Gi', '1536Mi'],
  ['-1.5Gi', '-1536Mi'],
  ['1.Gi', '1Gi'],
  ['0.5Ki', '512'],
  ['0.1Ki', '102400m'],
  ['1.1Ki', '1126400m'],
  ['1.0000000001Ki', '1024000000103n'],
  ['0.000000001Ei', '1152921504606846976n'],
  ['7Ei', '7Ei'],
  ['8Ei', '9223372036854775807'],
  ['-100Ei', '-9223372036854775807'],
  ['1E', '1E'],
  ['1e3', '1e3'],
  ['1E3', '1e3'],
  ['1e+3', '1e3'],
  ['1e0', '1'],
  ['1e2', '100'],
  ['1.5e3', '1500'],
  ['123e4', '1230e3'],
  ['100e-3', '100e-3'],
  ['1e-12', '1e-9'],
  ['12.5e-10', '2e-9'],
  ['1e30', '1e30'],
  [1e21, '1e21'],
  [' 1Gi ', '1Gi'],
];

describe('canonicalQuantity', () => {
  test.each(CANONICAL_FORMS)('prints %j as %j', (value, printed) => {
    expect(canonicalQuantity(value)).toBe(printed);
  });

  test.each([
    '',
    'a',
    '1x',
    '1ki',
    '1GiB',
    '1.2.3',
    '1 Gi',
    '0x10',
    '--1',
    '1e',
    '1e1.5',
    '1ee3',
    '1m3',
    '1,5',
    '+',
    '.',
    'Gi',
    Number.NaN,
    Number.POSITIVE_INFINITY,
    '1'.repeat(65),
  ])('refuses %j', value => {
    expect(() => canonicalQuantity(value)).toThrow(/^cannot read quantity ".{0,64}": not a quantity/);
  });

  test.each([
    {value: '1e100', reason: 'the exponent is out of range'},
    {value: '1e-99999999999', reason: 'the exponent is out of range'},
    {value: '1000E', reason: 'there is no suffix for so large a number'},
  ])('refuses $value: $reason', ({value, reason}) => {
    expect(() => canonicalQuantity(value)).toThrow(`cannot read quantity "${value}": ${reason}`);
  });

  test('is canonical already', () => {
    fc.assert(
      fc.property(quantities(), quantity => {
        const once = canonicalQuantity(quantity);
        expect(canonicalQuantity(once)).toBe(once);
      }),
    );
  });

  test('keeps the amount', () => {
    fc.assert(
      fc.property(quantities(), quantity => {
        expect(compareQuantities(canonicalQuantity(quantity), quantity)).toBe(0);
      }),
    );
  });
});

describe('compareQuantities', () => {
  test.each<[string | number, '<' | '=' | '>', string | number]>([
    ['1Gi', '>', '1G'],
    ['1', '=', '1000m'],
    [0.1, '=', '100m'],
    ['1e3', '=', '1k'],
    ['1.5Gi', '=', '1536Mi'],
    ['0.1n', '=', '1n'],
    ['8Ei', '=', '9Ei'],
    ['999m', '<', 1],
    ['-1', '<', '0'],
    ['9223372036854775807', '<', '9223372036854775808'],
    ['1000E', '>', '999E'],
  ])('%s %s %s', (a, relation, b) => {
    const expected = {'<': -1, '=': 0, '>': 1}[relation];
    expect(compareQuantities(a, b)).toBe(expected);
    expect(compareQuantities(b, a)).toBe(expected === 0 ? 0 : -expected);
  });

  test('refuses what is no quantity', () => {
    expect(() => compareQuantities('1', 'many')).toThrow('cannot read quantity "many"');
  });
});

function quantities() {
  const digits = fc.integer({min: 0, max: 999_999_999_999}).map(String);
  const suffix = fc.constantFrom(
    '',
    'n',
    'u',
    'm',
    'k',
    'M',
    'G',
    'Ki',
    'Mi',
    'Gi',
    'Ti',
    'e3',
    'E-2',
    'e+5',
  );
  return fc
    .tuple(fc.constantFrom('', '+', '-'), digits, fc.option(digits), suffix)
    .map(([sign, whole, decimals, end]) => `${sign}${whole}${decimals === null ? '' : `.${decimals}`}${end}`);
}
