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

const UNQUOTED_KEY = 'cannot read YAML: a key that is a number or null must be quoted';

/** Reads YAML 1.2 (core schema) without aliases, keeping positions. Throws YamlError. */
export function parseYaml(source: string, file: string): YamlFile {
  try {
    const events = parseEvents(source, {filename: file, maxDepth: MAX_DEPTH});
    // Aliases can make cyclic objects and exponentially large ones.
    const values = constructFromEvents(events, {source, filename: file, maxAliases: 0});
    return {file, source, documents: buildDocuments(events, values as Json[], source, file)};
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    throw new YamlError(yamlProblem(error, source, file));
  }
}

/** Line and column, both counted from one, of an offset. */
export function positionAt(source: string, offset: number): {line: number; column: number} {
  const before = source.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  return {line: before.split('\n').length, column: offset - lineStart + 1};
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
      const keyOffset = event.valueStart;
      const own = Object.getOwnPropertyDescriptor(value, key);
      if (!own) throw new YamlError({file, ...positionAt(source, keyOffset), message: UNQUOTED_KEY});
      entries.push({key, keyOffset, value: build(own.value, keyOffset)});
    }
    position++;
    return {kind: 'mapping', offset, entries};
  }
}

function yamlProblem(error: YAMLException, source: string, file: string): Problem {
  const line = (error.mark?.line ?? 0) + 1;
  const column = (error.mark?.column ?? 0) + 1;
  const lines = source.split('\n').slice(Math.max(line - 2, 0), line);
  const unquoted = lines.some(text => /(^|[\s:[{,-])\$\{/.test(text));
  const hint = /alias/.test(error.reason)
    ? 'write the value out: aliases are not supported'
    : unquoted
      ? 'quote this expression'
      : undefined;
  return {file, line, column, message: `cannot read YAML: ${error.reason}`, ...(hint && {hint})};
}
