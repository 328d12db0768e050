import {isJsonObject, type Json} from '../../kubernetes/object.ts';
import {printable} from '../../printable.ts';
import type {Finding, Path, Place} from './finding.ts';
import {imageName, isFrom} from './image-name.ts';

/** Characters of an image in a message. */
const MAX_LENGTH = 120;

/** Refuses an image from elsewhere than the listed registries; with none listed there is no elsewhere. */
export function checkImage(place: Place<Json>, registries: readonly string[]): Finding[] {
  if (registries.length === 0) return [];
  const {path, value} = imageText(place);
  const name = typeof value === 'string' ? imageName(value) : undefined;
  if (name === undefined) return [imageFinding(path, `${shown(value)} cannot be read`, registries)];
  if (registries.some(registry => isFrom(name, registry))) return [];
  return [imageFinding(path, `${shown(value)} is not from a listed registry`, registries)];
}

/** A container's image is a text, and a volume's is a map with one. */
function imageText({path, value}: Place<Json>): Place<Json> {
  if (!isJsonObject(value) || typeof value.reference !== 'string') return {path, value};
  return {path: [...path, 'reference'], value: value.reference};
}

function imageFinding(path: Path, reason: string, [first]: readonly string[]): Finding {
  const hint = `use an image of ${first}, or list its registry in guards.imageRegistries`;
  return {rule: 'pods/image', path, reason, hint};
}

function shown(value: Json): string {
  return typeof value === 'string' ? `the image ${printable(value, MAX_LENGTH)}` : 'an image';
}
