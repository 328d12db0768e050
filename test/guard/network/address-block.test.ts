import {BlockList, isIPv6} from 'node:net';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {
  isAddressBlock,
  isAddressWithin,
  isSameAddress,
  isWithin,
} from '../../../src/guard/network/address-block.ts';

describe('an address block', () => {
  test.each([
    ['0.0.0.0/0'],
    ['10.1.2.3/8'],
    ['255.255.255.255/32'],
    ['::/0'],
    ['2001:db8::/32'],
    ['2001:DB8:0:0:0:0:0:1/128'],
    ['::ffff:10.0.0.0/104'],
  ])('is %s', text => {
    expect(isAddressBlock(text)).toBe(true);
  });

  test.each([
    ['10.0.0.0'],
    ['10.0.0.0/'],
    ['10.0.0.0/33'],
    ['10.0.0.0/08'],
    ['10.0.0.0/-1'],
    ['10.0.0.0/8/8'],
    ['10.0.0.0/8 '],
    ['10.0.0/8'],
    ['010.0.0.0/8'],
    ['0x0a.0.0.0/8'],
    ['10.0.0.256/8'],
    ['::/129'],
    ['::1::/64'],
    ['fe80::1%eth0/64'],
    ['::ffff:010.0.0.0/104'],
    ['12345::/16'],
    ['/8'],
    [''],
    [undefined],
    [8],
    [['10.0.0.0/8']],
  ])('is not %j', text => {
    expect(isAddressBlock(text)).toBe(false);
    expect(isWithin(text, ['0.0.0.0/0', '::/0'])).toBe(false);
  });
});

describe('a block', () => {
  test.each<[text: string, others: string[]]>([
    ['10.0.0.0/8', ['10.0.0.0/8']],
    ['10.1.0.0/16', ['192.168.0.0/16', '10.0.0.0/8']],
    ['10.1.2.3/8', ['10.0.0.0/8']],
    ['10.1.0.0/16', ['10.255.255.255/8']],
    ['10.0.0.0/9', ['0.0.0.0/0']],
    ['2001:db8:ff::1/128', ['2001:db8::/32']],
    ['2001:0db8::/33', ['2001:DB8:0::/32']],
    ['::/0', ['::/0']],
    ['::ffff:10.1.0.0/112', ['10.1.0.0/16']],
    ['::ffff:a01:0/112', ['10.1.0.0/16']],
    ['10.1.0.0/16', ['::ffff:10.1.0.0/112']],
    ['::ffff:0:0/96', ['0.0.0.0/0']],
    ['::1.2.3.4/128', ['::102:304/128']],
    ['::1/128', ['::ffff:10.0.0.0/64']],
    ['1:2:3:4:5:6:7:8/128', ['1:2:3:4:5:6:7::/112']],
  ])('%s is within %j', (text, others) => {
    expect(isWithin(text, others)).toBe(true);
  });

  test.each<[text: string, others: string[]]>([
    ['10.0.0.0/7', ['10.0.0.0/8']],
    ['0.0.0.0/0', ['10.0.0.0/8', '0.0.0.0/1', '128.0.0.0/1']],
    ['11.0.0.0/8', ['10.0.0.0/8']],
    ['10.0.0.0/8', []],
    ['10.0.0.0/8', ['10.0.0.0', 'x', '010.0.0.0/8', '10.0.0.0/33']],
    ['10.0.0.0/8', ['::/0']],
    ['::/0', ['0.0.0.0/0']],
    ['::/0', ['2001:db8::/32']],
    ['2001:db9::/32', ['2001:db8::/32']],
    ['::ffff:10.0.0.0/104', ['::/0']],
    ['::ffff:0:0/95', ['0.0.0.0/0']],
    ['10.0.0.0/8', ['::ffff:10.0.0.0/64']],
    ['10.0.0.0/8', ['::ffff:10.0.0.0/95']],
    ['::fffe:a00:0/104', ['10.0.0.0/8']],
    ['1::ffff:10.0.0.0/104', ['10.0.0.0/8']],
  ])('%s is not within %j', (text, others) => {
    expect(isWithin(text, others)).toBe(false);
  });

  test('within another holds none but its addresses', () => {
    const ip = fc.oneof(fc.ipV4(), fc.ipV6());
    const prefix = fc.integer({min: 0, max: 128});
    fc.assert(
      fc.property(ip, prefix, prefix, (address, wide, narrow) => {
        const bits = isIPv6(address) ? 128 : 32;
        const [other, own] = [Math.min(wide, narrow, bits), Math.min(Math.max(wide, narrow), bits)];
        expect(isWithin(`${address}/${own}`, [`${address}/${other}`])).toBe(true);
        expect(isWithin(`${address}/${other}`, [`${address}/${own}`])).toBe(other === own);
      }),
    );
  });

  test('holds the addresses that Node says it does', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.ipV4(), fc.integer({min: 0, max: 32}), (address, start, prefix) => {
        const list = new BlockList();
        list.addSubnet(start, prefix);
        expect(isAddressWithin(address, [`${start}/${prefix}`])).toBe(list.check(address));
      }),
    );
  });
});

describe('an address', () => {
  test.each<[text: unknown, blocks: string[], within: boolean]>([
    ['10.0.0.1', ['10.0.0.0/8'], true],
    ['2001:db8::1', ['2001:db8::/32'], true],
    ['2001:db8::1', ['2001:db8::1/128'], true],
    ['2001:db8::2', ['2001:db8::1/128'], false],
    ['::ffff:10.0.0.1', ['10.0.0.0/8'], true],
    ['11.0.0.1', ['10.0.0.0/8'], false],
    ['10.0.0.0/8', ['10.0.0.0/8'], false],
    ['example.com', ['0.0.0.0/0', '::/0'], false],
    [undefined, ['0.0.0.0/0', '::/0'], false],
  ])('%j within %j: %s', (text, blocks, within) => {
    expect(isAddressWithin(text, blocks)).toBe(within);
  });

  test.each<[one: unknown, other: unknown, same: boolean]>([
    ['10.0.0.1', '10.0.0.1', true],
    ['2001:db8::1', '2001:0DB8:0::1', true],
    ['::ffff:10.0.0.1', '10.0.0.1', true],
    ['10.0.0.1', '10.0.0.2', false],
    ['2001:db8::1', '2001:db8::2', false],
    ['x', 'x', false],
    ['10.0.0.1', 'x', false],
    ['x', '10.0.0.1', false],
    [undefined, undefined, false],
  ])('%j is %j: %s', (one, other, same) => {
    expect(isSameAddress(one, other)).toBe(same);
  });
});
