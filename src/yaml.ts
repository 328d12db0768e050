import {constructFromEvents, EVENT_ID, type Event, getScalarValue, parseEvents, YAMLException} from 'js-yaml';
import type {Problem} from './errors.ts';
import type {Json} from './kubernetes/object.ts';
import {scalarOffsets} from './yaml-scalar.ts';

/** A YAML value that remembers where in its file it stands. Offsets are UTF-16 units from the file's start. */
export type YamlNode = ScalarNode | SequenceNode | MappingNode;
export interface ScalarNode {
  readonly kind: 'scalar';
  readonly offset: number;
  readonly value: null | boolean | number | string;
  /** Where character `index` of a string value stands in the file, whatever quoting, escapes and folding lie between. */
  readonly offsetOf: (index: number) => number;
}
export interface SequenceNode {
  readonly kind: 'sequence';
  readonly offset: number;
  readonly items: readonly YamlNode[];
}
export interface MappingNode {
  readonly kind: 'mapping';
  readonly offset: number;
  readonly entries: readonly MappingEntry[];
}
export interface MappingEntry {
  readonly key: string;
  readonly keyOffset: number;
  readonly value: YamlNode;
}

/** One file's text and the YAML documents in it. */
export interface YamlFile {
  readonly file: string;
  readonly source: string;
  readonly documents: readonly YamlNode[];
}

/** The file is not YAML; `problem` says where. */
export class YamlError extends Error {
  override readonly name = 'YamlError';
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.message);
    this.problem = problem;
  }
}

/** Deeper than any Kubernetes object is; keeps recursion over a template far from the stack's end. */
const MAX_DEPTH = 40;

const LINE_BREAK = /\r\n?|\n/;

const UNQUOTED_KEY = 'cannot read YAML: a key that is a number or null must be quoted';

/** Reads YAML 1.2 (core schema) without aliases, keeping positions. Throws YamlError. */
export function parseYaml(source: string, file: string): YamlFile {
  try {
    const events = parseEvents(source, {filename: file, maxDepth: MAX_DEPTH});
    refuseAliases(events, source, file);
    const values = constructFromEvents(events, {source, filename: file});
    return {file, source, documents: buildDocuments(events, values as Json[], source, file)};
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    throw new YamlError(yamlProblem(error, source, file));
  }
}

/** Line and column, both counted from one, of an offset. */
export function positionAt(source: string, offset: number): {line: number; column: number} {
  const lines = source.slice(0, offset).split(LINE_BREAK);
  return {line: lines.length, column: (lines.at(-1) as string).length + 1};
}

/** The plain value, without positions. */
export function toJson(node: YamlNode): Json {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'sequence') return node.items.map(toJson);
  return Object.fromEntries(node.entries.map(({key, value}) => [key, toJson(value)]));
}

/** The node at a path, or the deepest one there is on the way to it. */
export function nodeAt(node: YamlNode, path: readonly (string | number)[]): YamlNode {
  const [step, ...rest] = path;
  if (step === undefined) return node;
  const next =
    node.kind === 'mapping'
      ? node.entries.find(entry => entry.key === String(step))?.value
      : node.kind === 'sequence'
        ? node.items[Number(step)]
        : undefined;
  return next ? nodeAt(next, rest) : node;
}

// They can make cyclic objects and exponentially large ones.
function refuseAliases(events: readonly Event[], source: string, file: string): void {
  const alias = events.find(event => event.type === EVENT_ID.ALIAS);
  if (!alias) return;
  const hint = 'write the value out, or quote a text that starts with *';
  // The name starts behind the asterisk.
  const place = positionAt(source, alias.anchorStart - 1);
  throw new YamlError({file, ...place, message: 'cannot read YAML: aliases are not supported', hint});
}

function buildDocuments(events: readonly Event[], values: readonly Json[], source: string, file: string) {
  let position = 0;
  const documents: YamlNode[] = [];
  while (position < events.length) {
    position++; // the document's own event
    documents.push(build(values[documents.length] as Json));
    position++; // its end
  }
  return documents;

  function build(value: Json, emptyOffset = 0): YamlNode {
    const event = events[position++] as Event;
    if (event.type === EVENT_ID.SEQUENCE) return buildSequence(event.start, value as Json[]);
    if (event.type === EVENT_ID.MAPPING) return buildMapping(event.start, value as {[key: string]: Json});
    if (event.type !== EVENT_ID.SCALAR) throw new Error(`cannot read YAML event ${event.type}`);
    let offsets: number[] | undefined;
    return {
      kind: 'scalar',
      offset: event.valueStart === -1 ? emptyOffset : event.valueStart,
      value: value as ScalarNode['value'],
      offsetOf: index => {
        offsets ??= scalarOffsets(event, source);
        return offsets[index] ?? event.valueEnd;
      },
    };
  }

  function buildSequence(offset: number, value: Json[]): SequenceNode {
    const items = value.map(item => build(item, offset));
    position++;
    return {kind: 'sequence', offset, items};
  }

  function buildMapping(offset: number, value: {[key: string]: Json}): MappingNode {
    const entries: MappingEntry[] = [];
    while ((events[position] as Event).type !== EVENT_ID.POP) {
      const event = events[position++] as Event;
      // Only scalars can be keys: the constructor has refused the rest.
      if (event.type !== EVENT_ID.SCALAR) throw new Error(`cannot read YAML key: event ${event.type}`);
      const key = getScalarValue(source, event);
      const keyOffset = event.valueStart === -1 ? offset : event.valueStart;
      const own = Object.getOwnPropertyDescriptor(value, key);
      if (!own) throw new YamlError({file, ...positionAt(source, keyOffset), message: UNQUOTED_KEY});
      entries.push({key, keyOffset, value: build(own.value, keyOffset)});
    }
    position++;
    return {kind: 'mapping', offset, entries};
  }
}

/** What js-yaml says where an unquoted expression was taken for a map, a comment or a list's end. */
const BROKEN_STRUCTURE =
  /bad indentation|missed comma|flow collection|multiline key|after a mapping key|document separator/;

function yamlProblem({reason, mark}: YAMLException, source: string, file: string): Problem {
  const place = positionAt(source, mark?.position ?? 0);
  const hint = hintFor(reason, source.split(LINE_BREAK).slice(Math.max(place.line - 2, 0), place.line));
  return {file, ...place, message: `cannot read YAML: ${reason}`, ...(hint && {hint})};
}

function hintFor(reason: string, lines: readonly string[]): string | undefined {
  if (/alias/.test(reason)) return 'quote a text that starts with *';
  const isUnquoted = lines.some(line => /(^|[\s:[{,-])\$\{/.test(line));
  return isUnquoted && BROKEN_STRUCTURE.test(reason) ? 'quote this expression' : undefined;
}
