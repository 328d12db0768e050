import type {Environment, ParseResult} from '@marcbachmann/cel-js';
import type {Json} from '../kubernetes/object.ts';
import {checkedTypeOf, conjunctsOf, type Node} from './cel/ast.ts';
import {boundGrowth} from './cel/bound.ts';
import {createEnvironments, type Environments, type Shapes} from './cel/environment.ts';
import {CelError, compileError} from './cel/error.ts';
import {explainCompile, explainEvaluate} from './cel/explain.ts';
import {
  allowNullBranches,
  boundedLoopDepth,
  readsOf,
  refuseLossyKeys,
  refuseUnknownFields,
} from './cel/inspect.ts';
import {MAX_SOURCE_LENGTH} from './cel/limits.ts';
import {type CelVariables, fromCel} from './cel/value.ts';
import {readVocabulary, type Vocabulary} from './cel/vocabulary.ts';

// The one door to the CEL library: nothing outside this module knows which one it is.
export type {Shape, Shapes} from './cel/environment.ts';
export {CelError} from './cel/error.ts';
export {type CelValue, type CelVariables, toCel, toCelVariables} from './cel/value.ts';

export interface Compiler {
  /** Finds everything that can be found without values. Throws CelError. */
  compile(source: string, item?: Item): Expression;
}

export interface Expression {
  readonly source: string;
  /** CEL's type, with every struct as `map`: `string`, `list<map>`, `optional<int>`, `dyn`, … */
  readonly type: string;
  /** What must all hold for it to hold: its sources, cut at the `&&` between them; nothing of one that has other parentheses. */
  readonly conjuncts: readonly string[];
  /** Paths of the variables that it reads, sorted: a value that is used whole, or by a computed key, ends its path. */
  readonly reads: readonly string[];
  /** How deep loops (`map`, `filter`, `all`, …) nest: the power of a list's length in its cost. */
  readonly loopDepth: number;
  /** What `item` is, where this is the list of a for-each. */
  readonly element: Item | undefined;
  /** Yields `undefined` for null and for an empty optional. Throws CelError. */
  evaluate(variables: CelVariables): Json | undefined;
}

/** The type of `item`; belongs to the compiler that it came from. */
export interface Item {
  readonly type: string;
}

/** What `item` is in a for-each over this list; `undefined` when it cannot be a list. */
export function elementOf(list: Expression): Item | undefined {
  return list.element;
}

/** A compiler for expressions over variables of these shapes. */
export function createCompiler(shapes: Shapes): Compiler {
  const environments = createEnvironments(shapes);
  const vocabulary = readVocabulary(environments.typed, shapes);
  const typedByItem = new Map<string | undefined, Environment>([[undefined, environments.typed]]);

  return {
    compile(source, item) {
      const typed = typedByItem.get(item?.type) ?? environments.typed.clone();
      if (item && !typedByItem.has(item.type)) {
        typedByItem.set(item.type, typed.registerVariable('item', item.type));
      }
      const isVariable = (name: string) => Object.hasOwn(shapes, name) || (name === 'item' && !!item);
      return compile(source, {...environments, typed}, vocabulary, isVariable);
    },
  };
}

function compile(
  source: string,
  {typed, plain, structs}: Environments,
  vocabulary: Vocabulary,
  isVariable: (name: string) => boolean,
): Expression {
  const checked = parse(typed, source, vocabulary);
  const loopDepth = boundedLoopDepth(checked.ast);
  const {error} = checked.check();
  refuseUnknownFields(checked.ast, structs);
  if (error) throw explainCompile(error, vocabulary);
  refuseLossyKeys(checked.ast);

  return {
    source,
    conjuncts: conjunctSources(checked.ast, source, typed),
    loopDepth,
    type: readableType(checked.ast, structs),
    reads: readsOf(checked.ast, isVariable),
    element: elementType(checked.ast),
    evaluate: evaluator(source, parse(plain, source, vocabulary), vocabulary),
  };
}

// The library's nodes end before the parenthesis that closes them: what then is no expression is left out.
function conjunctSources(ast: Node, source: string, environment: Environment): string[] {
  const nodes = conjunctsOf(ast);
  if (nodes.length === 1) return [source];
  return nodes
    .map(({start, end}) => source.slice(start, end))
    .filter(part => {
      try {
        environment.parse(part);
        return true;
      } catch {
        return false;
      }
    });
}

function parse(environment: Environment, source: string, vocabulary: Vocabulary): ParseResult {
  if (source.length > MAX_SOURCE_LENGTH) {
    throw compileError(`it is longer than ${MAX_SOURCE_LENGTH} characters`, MAX_SOURCE_LENGTH);
  }
  try {
    const parsed = environment.parse(source);
    allowNullBranches(parsed.ast, () => environment.parse('dyn(null)').ast);
    return parsed;
  } catch (error) {
    throw explainCompile(error, vocabulary);
  }
}

function evaluator(source: string, parsed: ParseResult, vocabulary: Vocabulary): Expression['evaluate'] {
  // Decides overloads once, here and not at the first evaluation.
  const {error} = parsed.check();
  if (error) throw explainCompile(error, vocabulary);
  boundGrowth(parsed.ast);

  return variables => {
    try {
      return fromCel(parsed(variables));
    } catch (error) {
      throw error instanceof CelError ? error : explainEvaluate(error, source);
    }
  };
}

function readableType(ast: Node, structs: Environments['structs']): string {
  const name = checkedTypeOf(ast)?.name ?? 'dyn';
  return name
    .replace(/[^\s<>,]+/g, part => (structs.has(part) ? 'map' : part))
    .replace(/\b[A-Z]\b/g, 'dyn')
    .replace('list<dyn>', 'list')
    .replace('map<dyn, dyn>', 'map');
}

function elementType(ast: Node): Item | undefined {
  const type = checkedTypeOf(ast);
  const list = type?.kind === 'optional' ? type.valueType : type;
  if (list?.kind === 'dyn') return {type: 'dyn'};
  if (list?.kind !== 'list') return undefined;
  return {type: list.valueType && !list.valueType.hasPlaceholderType ? list.valueType.name : 'dyn'};
}
