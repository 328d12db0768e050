import {EvaluationError, ParseError, TypeError as TypeCheckError} from '@marcbachmann/cel-js';
import {checkedTypeOf, type Node, offsetOf} from './ast.ts';
import {type CelError, compileError, evaluateError, REFUSED} from './error.ts';
import {suggestFunction, suggestMember, type Vocabulary} from './vocabulary.ts';

/** Why, in our words; the offset where it is not that of the library's node. */
interface Reason {
  readonly text: string;
  readonly offset?: number | undefined;
  readonly hint?: string | undefined;
}

interface LibraryError extends Error {
  readonly code: string;
  /** The library's message without its picture. Before evaluation it holds source text and types only. */
  readonly summary: string;
  readonly node?: {readonly pos: number; readonly op?: string};
  readonly range?: {readonly start: number};
}

/** Says in our words why the library's parser or checker refused an expression. */
export function explainCompile(error: unknown, vocabulary: Vocabulary): CelError {
  if (!isLibraryError(error)) {
    return compileError('its types cannot be decided', 0, 'wrap an operand in dyn(…)');
  }
  const reason = compileReason(error, vocabulary);
  return compileError(reason.text, reason.offset ?? positionOf(error), reason.hint);
}

/** Says in our words why an evaluation failed. The library's summary is used only where it cannot hold data. */
export function explainEvaluate(error: unknown, source: string): CelError {
  if (!isLibraryError(error)) {
    // V8's message for a string over its own limit, or a time zone that does not exist: the latter is data.
    return evaluateError('a function refused its arguments', 0);
  }
  const reason = evaluateReason(error, source);
  return evaluateError(reason.text, reason.offset ?? positionOf(error), reason.hint);
}

function compileReason({code, summary, node}: LibraryError, vocabulary: Vocabulary): Reason {
  const tree = asTree(node);
  switch (code) {
    case 'unknown_variable':
      return unknownVariable(String(tree?.args), vocabulary);
    case 'no_matching_overload':
      return wrongCall(summary, tree, vocabulary);
    case 'reserved_identifier':
      return reserved(summary);
    case 'limit_exceeded':
      return overLimit(summary);
    case 'expected_token':
    case 'unexpected_token':
      return misplacedToken(summary);
    case 'invalid_logical_operand':
      return {text: lowerFirst(cleanTypes(summary)), offset: tree && wrongOperand(tree)};
    case 'incompatible_argument_type':
      return wrongDefault(summary);
    default:
      return {text: lowerFirst(cleanTypes(summary)), hint: typeHint(code, summary)};
  }
}

function evaluateReason({code, summary, node}: LibraryError, source: string): Reason {
  const tree = asTree(node);
  if (code.endsWith('_conversion_error')) {
    return {text: `cannot convert to ${code.replace('_conversion_error', '')}`};
  }
  switch (code) {
    case REFUSED:
      return {text: summary};
    case 'no_such_key':
    case 'field_type_mismatch':
      return noSuchKey(tree, source);
    case 'no_matching_overload':
      return {text: noSuchOverload(summary)};
    case 'no_such_overload':
    case 'invalid_logical_operand':
    case 'invalid_condition_type':
    case 'invalid_comprehension_range':
      // These summaries hold types, operators and function names.
      return {text: lowerFirst(cleanTypes(summary)), hint: typeHint(code, cleanTypes(summary))};
    case 'unknown_variable':
      return {text: `variable "${tree?.args}" has no value`};
    default:
      return {text: REASONS[code] ?? 'a function refused its arguments', hint: HINTS[code]};
  }
}

const REASONS: {readonly [code: string]: string} = {
  division_by_zero: 'division by zero',
  modulo_by_zero: 'division by zero',
  numeric_overflow: 'integer out of range',
  index_out_of_bounds: 'index out of the range of the list',
  index_out_of_range: 'index out of the range of the string',
  optional_value_missing: 'the optional has no value',
  optional_expected: 'the value is not optional',
  invalid_timestamp: 'not a timestamp',
  invalid_duration: 'not a duration',
  invalid_list_element_type: 'join takes strings only',
};

const HINTS: {readonly [code: string]: string} = {
  optional_value_missing: 'use .orValue(…)',
  invalid_list_element_type: 'use .map(x, string(x)).join(…)',
};

function overLimit(summary: string): Reason {
  const limit = /\d+/.exec(summary)?.[0];
  return {
    text: summary.includes('maxDepth') ? `it nests deeper than ${limit}` : `it has more than ${limit} parts`,
  };
}

function unknownVariable(name: string, {variables}: Vocabulary): Reason {
  const hint =
    name === 'item'
      ? 'item stands for an element beside a for-each'
      : suggestMember(name, {fields: variables});
  return {text: `unknown variable "${name}"`, hint};
}

function wrongCall(summary: string, node: Node | undefined, vocabulary: Vocabulary): Reason {
  if (node?.op !== 'call' && node?.op !== 'rcall') return {text: noSuchOverload(summary)};
  const name = node.args[0];
  const hint = suggestFunction(name, node.op === 'rcall', vocabulary);
  if (!vocabulary.functions.some(known => known.name === name))
    return {text: `unknown function "${name}"`, hint};
  return {text: noSuchOverload(summary), hint};
}

/** `or` and `orValue` want the type that the optional has. */
function wrongDefault(summary: string): Reason {
  const [wanted = '', found = ''] = [...cleanTypes(summary).matchAll(/'([^']*)'/g)].map(match => match[1]);
  return {text: `the optional is ${wanted}, but its default ${found}`, hint: 'wrap one of them in dyn(…)'};
}

function noSuchOverload(summary: string): string {
  return `no such overload: ${/'(.*)'/.exec(cleanTypes(summary))?.[1]}`;
}

function reserved(summary: string): Reason {
  const word = summary.replace('Reserved identifier: ', '');
  if (word === 'namespace')
    return {text: '"namespace" is reserved', hint: 'namespace is reserved in CEL, write ns.name'};
  return {text: `"${word}" is reserved`};
}

// The key of an index may be computed from a secret: then only its source is shown.
function noSuchKey(node: Node | undefined, source: string): Reason {
  if (node?.op === '.' || node?.op === '.?') {
    const key = node.args[1];
    return {text: `no such key "${key}"`, hint: `use .?${key}.orValue(…), or has(…)`};
  }
  if (node?.op !== '[]') return {text: 'no such key'};
  const {start, end} = node.args[1];
  const key = source.slice(start, end).replace(/\s+/g, ' ');
  return {text: `no such key [${key}]`, hint: 'use [?…].orValue(…)'};
}

function typeHint(code: string, summary: string): string | undefined {
  if (code === 'incompatible_ternary_branches') {
    return /null/.test(summary) ? 'use optional.none() or dyn(…)' : 'wrap one of them in dyn(…)';
  }
  if (code !== 'no_such_overload') return undefined;
  if (/\bnull\b/.test(summary)) return 'use has(…), or wrap the other side in dyn(…)';
  if (/\boptional\b/.test(summary)) return 'use .orValue(…)';
  if (/\bstring\b/.test(summary) && /\b(int|double|bool)\b/.test(summary)) return 'use string(…)';
  return /\bint\b/.test(summary) && /\bdouble\b/.test(summary) ? 'use double(…) or int(…)' : undefined;
}

const TOKENS: {readonly [name: string]: string} = {
  EOF: 'the end',
  NUMBER: 'a number',
  STRING: 'a string',
  BYTES: 'bytes',
  BOOLEAN: 'true or false',
  NULL: 'null',
  IDENTIFIER: 'a name',
  ...{PLUS: '"+"', MINUS: '"-"', MULTIPLY: '"*"', DIVIDE: '"/"', MODULO: '"%"', NOT: '"!"', IN: '"in"'},
  ...{EQ: '"=="', NE: '"!="', LT: '"<"', LE: '"<="', GT: '">"', GE: '">="', AND: '"&&"', OR: '"||"'},
  ...{LPAREN: '"("', RPAREN: '")"', LBRACKET: '"["', RBRACKET: '"]"', LBRACE: '"{"', RBRACE: '"}"'},
  ...{DOT: '"."', COMMA: '","', COLON: '":"', QUESTION: '"?"'},
};

function misplacedToken(summary: string): Reason {
  const [first = '', second] = summary.match(/\b[A-Z]{2,}\b/g) ?? [];
  const found = TOKENS[second ?? first] ?? 'something else';
  if (!second) return {text: first === 'EOF' ? 'it ends too early' : `unexpected ${found}`};
  const isWord = first === 'IDENTIFIER' && ['IN', 'BOOLEAN', 'NULL'].includes(second);
  return {
    text: `expected ${TOKENS[first] ?? first}, got ${found}`,
    hint: isWord ? 'write a key that is a word of CEL as ["…"]' : undefined,
  };
}

/** Types without the library's marks for "found at run time" and for parameters. */
function cleanTypes(summary: string): string {
  return summary.replace(/\bdyn<([\w.[\]{}]+)>/g, '$1').replace(/(?<=[<, ])[TKVA](?=[>,])/g, 'dyn');
}

function lowerFirst(text: string): string {
  return (text.charAt(0).toLowerCase() + text.slice(1)).replace(/\s+/g, ' ');
}

function wrongOperand(node: Node): number | undefined {
  if (node.op !== '&&' && node.op !== '||') return undefined;
  const wrong = node.args.find(operand => !checkedTypeOf(operand)?.isDynOrBool());
  return wrong?.start;
}

function positionOf({node, range}: LibraryError): number {
  const tree = asTree(node);
  return tree ? offsetOf(tree) : (range?.start ?? 0);
}

function asTree(node: LibraryError['node']): Node | undefined {
  return node && 'op' in node ? (node as Node) : undefined;
}

function isLibraryError(error: unknown): error is LibraryError {
  return error instanceof ParseError || error instanceof TypeCheckError || error instanceof EvaluationError;
}
