import {isIP} from 'node:net';

/** An IPv4 or IPv6 address as a number of so many bits. */
export interface Address {
  readonly address: bigint;
  readonly bits: 32 | 128;
}

/** All addresses of one family whose first bits, `prefix` of them, are the same. */
export interface AddressBlock extends Address {
  readonly prefix: number;
}

/** Reads an address that is written in the one way that all programs read alike: leading zeros are octal to some. */
export function parseAddress(text: string): Address | undefined {
  const version = text.includes('%') ? 0 : isIP(text);
  if (version === 4) return {address: joined(text.split('.').map(Number), 8), bits: 32};
  if (version !== 6) return undefined;
  const [head = [], tail = []] = text.split('::').map(groupsOf);
  const zeros = Array<number>(8 - head.length - tail.length).fill(0);
  return {address: joined([...head, ...zeros, ...tail], 16), bits: 128};
}

/** Reads a block such as 10.0.0.0/8; bits behind its prefix may be set. */
export function parseBlock(text: string): AddressBlock | undefined {
  const [, host = '', digits] = /^([^/]+)\/(0|[1-9]\d{0,2})$/.exec(text) ?? [];
  const address = parseAddress(host);
  const prefix = Number(digits);
  return address && prefix <= address.bits ? {...address, prefix} : undefined;
}

/** Whether all addresses of the inner block are in the outer one. */
export function contains(outer: AddressBlock, inner: AddressBlock): boolean {
  const free = BigInt(outer.bits - outer.prefix);
  return (
    outer.bits === inner.bits &&
    outer.prefix <= inner.prefix &&
    outer.address >> free === inner.address >> free
  );
}

/** Whether it is of ::ffff:0:0/96, which holds the IPv4 addresses as IPv6 writes them. */
export function isMapped({address, bits}: Address): boolean {
  return bits === 128 && address >> 32n === 0xffffn;
}

function groupsOf(text: string): number[] {
  const groups = text === '' ? [] : text.split(':');
  return groups.flatMap(group => {
    if (!group.includes('.')) return [Number.parseInt(group, 16)];
    const [first = 0, second = 0, third = 0, fourth = 0] = group.split('.').map(Number);
    return [first * 256 + second, third * 256 + fourth];
  });
}

function joined(groups: readonly number[], bitsEach: number): bigint {
  return groups.reduce((number, group) => (number << BigInt(bitsEach)) | BigInt(group), 0n);
}
