import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {pino} from 'pino';
import {expect, onTestFinished, test, vi} from 'vitest';
import {watchTokens} from '../../src/server/token-file.ts';

const POLL_MILLISECONDS = 5000;

test('tokens are read again when their file changes, and never logged', () => {
  const {file, tokens, lines} = watchFileOf('old-token\n');
  writeFileSync(file, 'old-token\nnew-token\n');
  vi.advanceTimersByTime(2 * POLL_MILLISECONDS);
  expect(tokens()).toEqual(['old-token', 'new-token']);
  expect(lines.map(line => JSON.parse(line).msg)).toEqual(['tokens loaded']);
  expect(lines.join('')).not.toContain('new-token');
});

test.each([
  {rule: 'is empty', spoil: (file: string) => writeFileSync(file, '\n'), reason: 'it holds no token'},
  {rule: 'is gone', spoil: (file: string) => rmSync(file), reason: 'it does not exist'},
])('tokens stay in force while their file $rule, and the log says so once', ({spoil, reason}) => {
  const {file, tokens, lines} = watchFileOf('token\n');
  spoil(file);
  vi.advanceTimersByTime(3 * POLL_MILLISECONDS);
  expect(lines.map(line => JSON.parse(line).msg)).toEqual([
    `cannot use TOKEN_FILE ${file}: ${reason}; the tokens read before stay in force`,
  ]);
  expect(tokens()).toEqual(['token']);
});

test('a file that is whole again counts again', () => {
  const {file, tokens} = watchFileOf('token\n');
  rmSync(file);
  vi.advanceTimersByTime(POLL_MILLISECONDS);
  writeFileSync(file, 'other\n');
  vi.advanceTimersByTime(POLL_MILLISECONDS);
  expect(tokens()).toEqual(['other']);
});

function watchFileOf(content: string) {
  vi.useFakeTimers();
  const folder = mkdtempSync(join(tmpdir(), 'token-'));
  const file = join(folder, 'token');
  writeFileSync(file, content);
  onTestFinished(() => {
    vi.useRealTimers();
    rmSync(folder, {recursive: true});
  });
  const lines: string[] = [];
  const log = pino({}, {write: (line: string) => lines.push(line)});
  return {file, lines, tokens: watchTokens(file, log)};
}
