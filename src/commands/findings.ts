import {formatProblem, type Problem} from '../errors.ts';

/** All that is to be said of the given files: errors stop a command, warnings do not. */
export interface Findings {
  readonly errors: Problem[];
  readonly warnings: Problem[];
}

/** Writes what was found to standard error, and whether a command may go on. */
export function reportFindings({errors, warnings}: Findings): boolean {
  const lines = [
    ...warnings.map(({message, ...place}) => formatProblem({...place, message: `warning: ${message}`})),
    ...errors.map(formatProblem),
  ];
  process.stderr.write(lines.map(line => `${line}\n`).join(''));
  return errors.length === 0;
}
