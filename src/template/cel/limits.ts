/** Characters (UTF-16 units) of source. An expression steers one field; more than a screen of it belongs in values. */
export const MAX_SOURCE_LENGTH = 2048;

/** Nodes of the syntax tree, and nesting of calls, selects and literals: keep parsing and checking under a millisecond. */
export const PARSE_LIMITS = {maxAstNodes: 500, maxDepth: 32};

/** Loops inside loops. The library cannot stop an evaluation; each level multiplies the time by a list's length. */
export const MAX_NESTED_LOOPS = 2;

/** Loops in all, one after the other: each may double the length of what the one before it made. */
export const MAX_LOOPS = 8;

/**
 * Characters (UTF-16 units) plus list and map entries in a result, and in any string or list that `+`, join or
 * replace make on the way. A Kubernetes object may have 1.5 MiB, and no deadline bounds memory.
 */
export const MAX_VALUE_LENGTH = 1024 * 1024;
