import type {ASTNode, TypeDeclaration} from '@marcbachmann/cel-js';

export type Node = ASTNode;

/** Macros that evaluate their last arguments once for each element. */
const LOOPS = new Set(['map', 'filter', 'all', 'exists', 'exists_one']);

/** What a node holds, told apart by what a macro such as `list.map(x, inside)` or `cel.bind(x, outside, inside)` names. */
interface Parts {
  readonly outside: readonly Node[];
  /** Sees `name`; evaluated once for each element if it `loops`. */
  readonly inside: readonly Node[];
  readonly name: string | undefined;
  readonly loops: boolean;
}

export function partsOf(node: Node): Parts {
  const none: Parts = {outside: childrenOf(node), inside: [], name: undefined, loops: false};
  if (node.op !== 'rcall') return none;
  const [method, receiver, [variable, ...rest]] = node.args;
  if (variable?.op !== 'id') return none;
  if (LOOPS.has(method) && rest.length > 0) {
    return {outside: [receiver], inside: rest, name: variable.args, loops: true};
  }
  if (method !== 'bind' || receiver.op !== 'id' || receiver.args !== 'cel') return none;
  return {outside: rest.slice(0, 1), inside: rest.slice(1), name: variable.args, loops: false};
}

function childrenOf(node: Node): Node[] {
  switch (node.op) {
    case 'value':
    case 'id':
      return [];
    case '.':
    case '.?':
      return [node.args[0]];
    case 'call':
      return node.args[1];
    case 'rcall':
      return [node.args[1], ...node.args[2]];
    case 'map':
      return node.args.flat();
    case '!_':
    case '-_':
      return [node.args];
    default:
      return node.args;
  }
}

/** The operands of the `&&` at the top of an expression; the expression itself where there is none. */
export function conjunctsOf(node: Node): Node[] {
  return node.op === '&&' ? node.args.flatMap(conjunctsOf) : [node];
}

/** Calls `visit` for the node and all below it, parents first. */
export function walk(node: Node, visit: (node: Node) => void): void {
  visit(node);
  for (const child of childrenOf(node)) walk(child, visit);
}

/** What a select or an index selects from, and the key where the source says it: `a.b`, `a.?b`, `a["b"]`, `a[?"b"]`. */
export function accessOf(node: Node): {object: Node; key: string | undefined} | undefined {
  if (node.op === '.' || node.op === '.?') return {object: node.args[0], key: node.args[1]};
  if (node.op !== '[]' && node.op !== '[?]') return undefined;
  const [object, index] = node.args;
  return {object, key: index.op === 'value' && typeof index.args === 'string' ? index.args : undefined};
}

/** Offset of the token that a reader takes for the node: a field's name, a method's name, an operator. */
export function offsetOf(node: Node): number {
  switch (node.op) {
    case '.':
    case '.?':
      return node.pos;
    case '[]':
    case '[?]':
      return node.args[1].start;
    case 'rcall':
      return Math.max(node.start, node.input.indexOf(node.args[0], node.args[1].end));
    case 'value':
    case 'id':
    case 'call':
    case 'list':
    case 'map':
    case '!_':
    case '-_':
    case '?:':
      return node.start;
    default:
      return Math.max(node.start, node.input.indexOf(node.op, node.args[0].end));
  }
}

/**
 * The type that `check()` found for a node. The library keeps it on its nodes without declaring it; with a
 * version that does not, `undefined` would let misspelt fields in `has(…)` pass, and a test would fail.
 */
export function checkedTypeOf(node: Node): TypeDeclaration | undefined {
  return (node as {checkedType?: TypeDeclaration}).checkedType;
}
