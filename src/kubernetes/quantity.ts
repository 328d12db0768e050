type Notation = 'decimal' | 'binary' | 'exponent';
type Quantity = {
  /** Billionths: the API server keeps nothing smaller. */
  nanos: bigint;
  notation: Notation;
};

const QUANTITY = /^([+-]?)(?:(\d+)(?:\.(\d*))?|\.(\d+))(?:([eE])([+-]?\d+)|([numkMGTPE]|[KMGTPE]i))?$/;
// Nearly every quantity in a template; they are read on every request. `Ei` is not among them: it is capped at 2^63.
const CANONICAL = /^[1-9][0-9]{0,2}(?:[numkMGTPE]|[KMGTP]i)?$/;
const DECIMAL_SUFFIXES = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'];
const BINARY_SUFFIXES = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const NANO = 10n ** 9n;
const MAX_BINARY = (2n ** 63n - 1n) * NANO;
// Beyond these no real quantity exists, and a power of ten with a user's exponent could fill the memory.
const MAX_LENGTH = 64;
const MAX_EXPONENT = 99;

/**
 * A quantity in the API server's canonical form, which it answers unchanged.
 *
 * As in Kubernetes, what is smaller than a billionth is rounded away from zero
 * and a binary quantity is capped at 2^63-1.
 */
export function canonicalQuantity(value: string | number): string {
  if (typeof value === 'string' && CANONICAL.test(value)) return value;

  const {nanos, notation} = parse(value);
  if (nanos === 0n) return '0';
  const size = nanos < 0n ? -nanos : nanos;
  const isBinary = notation === 'binary' && size >= 1024n * NANO && size % NANO === 0n;
  const text = isBinary ? printBinary(size / NANO) : printDecimal(value, size, notation);
  return nanos < 0n ? `-${text}` : text;
}

/** Negative when the first is less, positive when it is more, zero when both are the same amount. */
export function compareQuantities(a: string | number, b: string | number): number {
  const first = parse(a).nanos;
  const second = parse(b).nanos;
  if (first === second) return 0;
  return first < second ? -1 : 1;
}

function parse(value: string | number): Quantity {
  const text = String(value).trim();
  const match = text.length <= MAX_LENGTH ? QUANTITY.exec(text) : null;
  if (!match) throw unreadable(value, 'not a quantity such as 500m or 1Gi');

  const [, sign, whole = '', decimals = '', onlyDecimals = '', marker, exponent = '0', suffix = ''] = match;
  const fraction = decimals || onlyDecimals;
  const {notation, power, factor} = marker
    ? {notation: 'exponent' as const, power: Number(exponent), factor: 1n}
    : scaleOf(suffix);
  if (Math.abs(power) > MAX_EXPONENT) throw unreadable(value, 'the exponent is out of range');

  const nanos = scaled(BigInt(whole + fraction) * factor, power - fraction.length + 9);
  const capped = notation === 'binary' && nanos > MAX_BINARY ? MAX_BINARY : nanos;
  return {nanos: sign === '-' ? -capped : capped, notation};
}

function scaleOf(suffix: string): {notation: Notation; power: number; factor: bigint} {
  const decimal = DECIMAL_SUFFIXES.indexOf(suffix);
  if (decimal >= 0) return {notation: 'decimal', power: 3 * decimal - 9, factor: 1n};
  return {notation: 'binary', power: 0, factor: 1024n ** BigInt(BINARY_SUFFIXES.indexOf(suffix))};
}

// Whoever wants a little gets a little: a remainder counts as a whole billionth.
function scaled(amount: bigint, power: number): bigint {
  if (power >= 0) return amount * 10n ** BigInt(power);
  const divisor = 10n ** BigInt(-power);
  return (amount + divisor - 1n) / divisor;
}

function printBinary(amount: bigint): string {
  let rest = amount;
  let thousands = 0;
  for (; rest % 1024n === 0n; rest /= 1024n) thousands++;
  return `${rest}${BINARY_SUFFIXES[thousands]}`;
}

function printDecimal(value: string | number, nanos: bigint, notation: Notation): string {
  let rest = nanos;
  let thousands = 0;
  for (; rest % 1000n === 0n; rest /= 1000n) thousands++;

  if (notation === 'exponent') return thousands === 3 ? `${rest}` : `${rest}e${3 * thousands - 9}`;
  const suffix = DECIMAL_SUFFIXES[thousands];
  // The API server prints such a number without any suffix, that is, as a far smaller one.
  if (suffix === undefined) throw unreadable(value, 'there is no suffix for so large a number');
  return `${rest}${suffix}`;
}

function unreadable(value: string | number, reason: string): Error {
  return new Error(`cannot read quantity ${JSON.stringify(String(value).slice(0, MAX_LENGTH))}: ${reason}`);
}
