import {describe, expect, test} from 'vitest';
import {isWithin, parseAddress, parseNetwork} from '../../../src/guard/combinations/address.ts';

describe('parseAddress', () => {
  test.each([
    {text: '0.0.0.0', address: 0n, bits: 32},
    {text: '10.9.8.7', address: 0x0a090807n, bits: 32},
    {text: '255.255.255.255', address: 0xffffffffn, bits: 32},
    {text: '::', address: 0n, bits: 128},
    {text: '::1', address: 1n, bits: 128},
    {text: '1::', address: 1n << 112n, bits: 128},
    {text: '2001:db8::ff', address: 0x20010db8_00000000_00000000_000000ffn, bits: 128},
    {text: '2001:DB8:0:0:0:0:0:FF', address: 0x20010db8_00000000_00000000_000000ffn, bits: 128},
    {text: '64:ff9b::10.9.8.7', address: (0x64n << 112n) | (0xff9bn << 96n) | 0x0a090807n, bits: 128},
  ])('reads $text', ({text, address, bits}) => {
    expect(parseAddress(text)).toEqual({address, bits});
  });

  test.each(['', '10.0.0', '10.0.0.256', '010.0.0.1', '::ffff:10.0.0.1', 'fe80::1%eth0', 'a', '1:2', ' ::1'])(
    'does not read %j',
    text => {
      expect(parseAddress(text)).toBeUndefined();
    },
  );
});

describe('parseNetwork', () => {
  test.each([
    {text: '10.0.0.0/8', prefix: 8},
    {text: '0.0.0.0/0', prefix: 0},
    {text: '10.9.8.7/32', prefix: 32},
    {text: '::/0', prefix: 0},
    {text: '2001:db8::/128', prefix: 128},
  ])('reads $text', ({text, prefix}) => {
    expect(parseNetwork(text)?.prefix).toBe(prefix);
  });

  test.each([
    '10.0.0.0',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '10.0.0.0/08',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/8a',
    '10.0.0.1/31',
    '::/129',
    '::1/64',
    '/8',
  ])('does not read %j', text => {
    expect(parseNetwork(text)).toBeUndefined();
  });
});

describe('isWithin', () => {
  test.each([
    {inner: '10.1.0.0/16', outer: '10.0.0.0/8', is: true},
    {inner: '10.0.0.0/9', outer: '10.0.0.0/8', is: true},
    {inner: '10.0.0.0/8', outer: '10.0.0.0/8', is: false},
    {inner: '10.0.0.0/7', outer: '10.0.0.0/8', is: false},
    {inner: '11.0.0.0/16', outer: '10.0.0.0/8', is: false},
    {inner: '2001:db8::/64', outer: '0.0.0.0/0', is: false},
    {inner: '10.0.0.0/8', outer: '::/0', is: false},
    {inner: '2001:db8::/64', outer: '2001:db8::/32', is: true},
  ])('$inner is in $outer: $is', ({inner, outer, is}) => {
    const [part, whole] = [parseNetwork(inner), parseNetwork(outer)];
    expect(part && whole && isWithin(part, whole)).toBe(is);
  });
});
