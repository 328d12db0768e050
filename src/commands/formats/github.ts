import {formatProblem, type Problem} from '../../errors.ts';

/** Problems as GitHub Actions' workflow commands, which show at the line in a pull request. */
export function toGithub(problems: readonly Problem[]): string {
  return problems.map(toCommand).join('');
}

function toCommand({file, line, column, rule, ...words}: Problem): string {
  const properties = Object.entries({file, line, col: column, title: rule})
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}=${escapeProperty(String(value))}`);
  return `::error ${properties.join(',')}::${escapeData(formatProblem(words))}\n`;
}

// https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands: `escapeData` of @actions/core.
function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
