import {
  type AddressBlock,
  contains,
  isMapped,
  parseAddress,
  parseBlock as parseAnyBlock,
} from '../../kubernetes/address.ts';

/** Bits of ::ffff:0:0/96 before an IPv4 address: Go's programs take what is behind them for IPv4. */
const MAPPED_PREFIX = 96;

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

function parseBlock(text: unknown): AddressBlock | undefined {
  const block = typeof text === 'string' ? parseAnyBlock(text) : undefined;
  return block && unmapped(block);
}

function blockOfOne(text: unknown): AddressBlock | undefined {
  const address = typeof text === 'string' ? parseAddress(text) : undefined;
  return address && unmapped({...address, prefix: address.bits});
}

function unmapped(block: AddressBlock): AddressBlock {
  const {address, prefix} = block;
  if (!isMapped(block) || prefix < MAPPED_PREFIX) return block;
  return {address: address & 0xffffffffn, bits: 32, prefix: prefix - MAPPED_PREFIX};
}
