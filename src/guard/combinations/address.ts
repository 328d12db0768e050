import {
  type Address,
  type AddressBlock,
  contains,
  isMapped,
  parseAddress as parseAnyAddress,
  parseBlock,
} from '../../kubernetes/address.ts';
import {type Check, fault} from '../fields/check.ts';

/** An IPv4 or IPv6 address, as strict as Kubernetes 1.36: not IPv4 in IPv6's form, which programs read differently. */
export function parseAddress(text: string): Address | undefined {
  const parsed = parseAnyAddress(text);
  return parsed && !isMapped(parsed) ? parsed : undefined;
}

/** A range of addresses such as 10.0.0.0/8, nothing set behind its prefix. */
export function parseNetwork(text: string): AddressBlock | undefined {
  const block = parseBlock(text);
  if (!block || isMapped(block)) return undefined;
  const free = BigInt(block.bits - block.prefix);
  return (block.address >> free) << free === block.address ? block : undefined;
}

/** Whether all addresses of the first are in the second, which has others too. */
export function isWithin(inner: AddressBlock, outer: AddressBlock): boolean {
  return contains(outer, inner) && inner.prefix > outer.prefix;
}

/** An address; other texts may be allowed in its stead. */
export function address(...others: readonly string[]): Check {
  return value =>
    typeof value !== 'string' || others.includes(value) || parseAddress(value)
      ? []
      : [fault([], 'must be an IP address such as 10.9.8.7 or 2001:db8::1')];
}

/** A range of addresses. */
export const network: Check = value =>
  typeof value !== 'string' || parseNetwork(value)
    ? []
    : [fault([], 'must be a range such as 10.9.8.0/24 or 2001:db8::/64, with nothing set behind its prefix')];
