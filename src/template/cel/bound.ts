import {type Node, walk} from './ast.ts';
import {refuseOverlong} from './error.ts';

type Handle = (...operands: unknown[]) => unknown;

/**
 * Makes `+` and `.join()` refuse what grows over MAX_VALUE_LENGTH before it is made: doubled a few times in a row,
 * a string takes all memory long before any deadline. Call it after `check()`, which sets `handle`, the library's
 * undeclared way to an operator's code; were it renamed, a test would fail.
 */
export function boundGrowth(root: Node): void {
  walk(root, node => {
    const handled = node as unknown as {handle: Handle};
    if (node.op === '+') handled.handle = boundedPlus(handled.handle);
    if (node.op === 'rcall' && node.args[0] === 'join') handled.handle = boundedJoin(handled.handle);
  });
}

// Lists of different element types join too: the library would look at their first elements only, and refuse
// `[{"a": 1}] + values.peers` for some values and not for others.
function boundedPlus(plus: Handle): Handle {
  return (left, right, ...rest) => {
    if (typeof left === 'string' && typeof right === 'string') {
      refuseOverlong(left.length + right.length);
      return left + right;
    }
    if (!Array.isArray(left) || !Array.isArray(right)) return plus(left, right, ...rest);
    refuseOverlong(left.length + right.length);
    return [...left, ...right];
  };
}

function boundedJoin(join: Handle): Handle {
  return (operands, ...rest) => {
    const [list, separator] = operands as [unknown, unknown];
    if (Array.isArray(list)) refuseOverlong(joinedLength(list, separator));
    return join(operands, ...rest);
  };
}

function joinedLength(list: unknown[], separator: unknown): number {
  const gap = typeof separator === 'string' ? separator.length : 0;
  return list.reduce<number>((sum, item) => sum + gap + (typeof item === 'string' ? item.length : 0), 0);
}
