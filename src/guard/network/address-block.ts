import {isIPv4, isIPv6} from 'node:net';

interface Address {
  readonly family: 4 | 6;
  readonly number: bigint;
}

/** All addresses of one family whose first bits are the same. */
interface AddressBlock extends Address {
  readonly prefix: number;
}

const BITS = {4: 32, 6: 128} as const;

/** ::ffff:0:0/96 holds the IPv4 addresses as IPv6 writes them: Go's programs take them for IPv4. */
const MAPPED = {prefix: 96, first: 0xffffn} as const;

/** Whether a text is an address block, written in the one way that all programs read alike. */
export function isAddressBlock(text: unknown): boolean {
  return parseBlock(text) !== undefined;
}

/** Whether a block lies within one of others. What is no block lies nowhere, and holds nothing. */
export function isWithin(text: unknown, others: readonly string[]): boolean {
  return isBlockWithin(parseBlock(text), others);
}

/** Whether an address lies within one of the blocks. */
export function isAddressWithin(text: unknown, blocks: readonly string[]): boolean {
  return isBlockWithin(blockOfOne(text), blocks);
}

/** Whether two texts are one address. */
export function isSameAddress(text: unknown, otherText: unknown): boolean {
  const [one, other] = [blockOfOne(text), blockOfOne(otherText)];
  return one !== undefined && other !== undefined && contains(other, one);
}

function isBlockWithin(block: AddressBlock | undefined, others: readonly string[]): boolean {
  return block !== undefined && others.map(parseBlock).some(other => other && contains(other, block));
}

function contains(other: AddressBlock, block: AddressBlock): boolean {
  const shift = BigInt(BITS[other.family] - other.prefix);
  return (
    other.family === block.family &&
    other.prefix <= block.prefix &&
    other.number >> shift === block.number >> shift
  );
}

function parseBlock(text: unknown): AddressBlock | undefined {
  if (typeof text !== 'string') return undefined;
  const [, words = '', digits] = /^([^/]+)\/(0|[1-9]\d{0,2})$/.exec(text) ?? [];
  const address = parseAddress(words);
  const prefix = Number(digits);
  return address && prefix <= BITS[address.family] ? unmapped({...address, prefix}) : undefined;
}

function blockOfOne(text: unknown): AddressBlock | undefined {
  const address = typeof text === 'string' ? parseAddress(text) : undefined;
  return address && unmapped({...address, prefix: BITS[address.family]});
}

function unmapped(block: AddressBlock): AddressBlock {
  const {family, number, prefix} = block;
  const isMapped = family === 6 && prefix >= MAPPED.prefix && number >> 32n === MAPPED.first;
  return isMapped ? {family: 4, number: number & 0xffffffffn, prefix: prefix - MAPPED.prefix} : block;
}

// Leading zeros are octal to some programs and decimal to others: `node:net` takes none.
function parseAddress(words: string): Address | undefined {
  if (isIPv4(words)) return {family: 4, number: joined(words.split('.').map(Number), 8)};
  if (!isIPv6(words) || words.includes('%')) return undefined;
  const [head = [], tail = []] = words.split('::').map(groupsOf);
  const zeros = Array<number>(8 - head.length - tail.length).fill(0);
  return {family: 6, number: joined([...head, ...zeros, ...tail], 16)};
}

function groupsOf(words: string): number[] {
  const groups = words === '' ? [] : words.split(':');
  return groups.flatMap(group => {
    if (!group.includes('.')) return [Number.parseInt(group, 16)];
    const [first = 0, second = 0, third = 0, fourth = 0] = group.split('.').map(Number);
    return [first * 256 + second, third * 256 + fourth];
  });
}

function joined(groups: readonly number[], bits: number): bigint {
  return groups.reduce((number, group) => (number << BigInt(bits)) | BigInt(group), 0n);
}
