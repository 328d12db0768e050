import {isIP} from 'node:net';
import {type Check, fault} from '../fields/check.ts';

interface Network {
  readonly address: bigint;
  readonly bits: 32 | 128;
  readonly prefix: number;
}

/** An IPv4 or IPv6 address, as strict as Kubernetes 1.36. */
export function parseAddress(text: string): {address: bigint; bits: 32 | 128} | undefined {
  const version = text.includes('%') ? 0 : isIP(text);
  if (version === 4) return {address: fromParts(text.split('.').map(Number), 8), bits: 32};
  if (version !== 6) return undefined;
  const address = fromParts(groupsOf(text), 16);
  // IPv4 in IPv6's form, which programs read differently.
  return address >> 32n === 0xffffn ? undefined : {address, bits: 128};
}

/** A range of addresses such as 10.0.0.0/8, nothing set behind its prefix. */
export function parseNetwork(text: string): Network | undefined {
  const [host = '', length = '', ...rest] = text.split('/');
  const parsed = parseAddress(host);
  if (!parsed || rest.length > 0 || !/^(?:0|[1-9][0-9]{0,2})$/.test(length)) return undefined;
  const prefix = Number(length);
  const free = BigInt(parsed.bits - prefix);
  if (free < 0n || (parsed.address >> free) << free !== parsed.address) return undefined;
  return {...parsed, prefix};
}

/** Whether all addresses of the first are in the second, which has others too. */
export function isWithin(inner: Network, outer: Network): boolean {
  const free = BigInt(outer.bits - outer.prefix);
  return (
    inner.bits === outer.bits &&
    inner.prefix > outer.prefix &&
    inner.address >> free === outer.address >> free
  );
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

function groupsOf(text: string): number[] {
  const [head = '', tail] = text.split('::').map(groupsOfPart);
  if (tail === undefined) return [...head] as number[];
  return [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail] as number[];
}

function groupsOfPart(part: string): number[] {
  if (part === '') return [];
  return part.split(':').flatMap(group => {
    if (!group.includes('.')) return [Number.parseInt(group, 16)];
    const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number);
    return [a * 256 + b, c * 256 + d];
  });
}

function fromParts(parts: readonly number[], bitsEach: number): bigint {
  return parts.reduce((sum, part) => (sum << BigInt(bitsEach)) | BigInt(part), 0n);
}
