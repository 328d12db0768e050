import type {Json} from '../../kubernetes/object.ts';
import {printable} from '../../printable.ts';

/** Characters of a name in a message. */
const MAX_SHOWN_LENGTH = 63;

/** A name of a template's for a message, whatever it is. */
export function shown(name: unknown): string {
  return JSON.stringify(plain(name));
}

/** How to list a name. Lists replace: whoever left the others out would take them away. */
export function listing(value: string, listed: readonly string[], name: unknown): string {
  return `in the values, ${value}: [${[...listed, plain(name)].join(', ')}] allows it`;
}

function plain(name: unknown): string {
  return typeof name === 'string' ? printable(name, MAX_SHOWN_LENGTH) : '';
}

/** A value that should be a list. */
export function listOf(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

/** The texts of one. */
export function textsOf(value: unknown): string[] {
  return listOf(value).filter(item => typeof item === 'string');
}
