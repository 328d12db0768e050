/** Where a bug was met. Its message is left out: it may quote what it stumbled over, a key among it. */
export function traceOf(error: unknown): {bug: string; trace: string[]} {
  const {
    name,
    code,
    stack = '',
  } = error instanceof Error ? (error as NodeJS.ErrnoException) : {name: 'no error'};
  const trace = stack.split('\n').filter(line => /^ +at /.test(line));
  return {bug: code ? `${name} ${code}` : name, trace};
}
