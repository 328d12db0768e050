import {readFileSync} from 'node:fs';
import {stripVTControlCharacters, styleText} from 'node:util';
import {formatProblem, type Problem} from '../../errors.ts';

/** Lines of the file before the one that is wrong. */
const LINES_BEFORE = 2;

/** Columns of a line that a terminal shows without breaking it. */
const MAX_WIDTH = 160;

/** Columns that are shown behind a place far to the right. */
const MARGIN = 40;

/** Problems for people: one line each, and below it what the file says there. Files are read once. */
export function toText(problems: readonly Problem[], hasColours: boolean): string {
  const files = new Map<string, readonly string[]>();
  const linesOf = (file: string) => {
    const lines = files.get(file) ?? readLines(file);
    files.set(file, lines);
    return lines;
  };
  const text = problems.map(problem => toFrame(problem, linesOf)).join('\n');
  return hasColours ? text : stripVTControlCharacters(text);
}

function toFrame(problem: Problem, linesOf: (file: string) => readonly string[]): string {
  const head = `${formatProblem(problem)}\n`;
  const {file, line, column = 1} = problem;
  if (file === undefined || line === undefined) return head;
  const lines = linesOf(file);
  const [first, wrong] = [Math.max(1, line - LINES_BEFORE), lines[line - 1]];
  if (wrong === undefined) return head;
  const gutter = String(line).length;
  const width = widthBefore(wrong, column);
  const cut = Math.max(0, width + 1 - MAX_WIDTH + MARGIN);
  const shown = lines.slice(first - 1, line).map((source, index) => {
    const number = String(first + index).padStart(gutter);
    const mark = first + index === line ? style('red', '>') : ' ';
    return `${mark} ${style('dim', `${number} |`)} ${printed(source, cut)}`;
  });
  const caret = `  ${' '.repeat(gutter)} ${style('dim', '|')} ${' '.repeat(width - cut)}${style('red', '^')}`;
  return `${style('bold', head.trimEnd())}\n${[...shown, caret].join('\n')}\n`;
}

/** A tab takes one column here, so that the caret stands below its character. */
function printed(source: string, cut: number): string {
  return stripVTControlCharacters(source)
    .replaceAll('\t', ' ')
    .slice(cut, cut + MAX_WIDTH);
}

function widthBefore(source: string, column: number): number {
  return stripVTControlCharacters(source.slice(0, column - 1)).length;
}

function style(format: 'red' | 'dim' | 'bold', text: string): string {
  return styleText(format, text, {validateStream: false});
}

function readLines(file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8').split(/\r\n?|\n/);
  } catch {
    // The problem says what is wrong with it; there is only no line to show.
    return [];
  }
}
