import {mkdtempSync, rmSync, unwatchFile, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {pino} from 'pino';
import {expect, onTestFinished, test, vi} from 'vitest';
import {watchTokens} from '../../src/server/token-file.ts';

test('tokens are read again when their file changes, and never logged', async () => {
  const {file, tokens, lines} = watchFileOf('old-token\n');
  writeFileSync(file, 'old-token\nnew-token\n');
  await vi.waitFor(() => expect(tokens()).toEqual(['old-token', 'new-token']));
  expect(lines.join('')).toContain('tokens loaded');
  expect(lines.join('')).not.toContain('new-token');
});

test.each([
  {rule: 'is empty', spoil: (file: string) => writeFileSync(file, '\n'), reason: 'it holds no token'},
  {rule: 'is gone', spoil: (file: string) => rmSync(file), reason: 'it does not exist'},
])('tokens stay in force while their file $rule, and the log says so', async ({spoil, reason}) => {
  const {file, tokens, lines} = watchFileOf('token\n');
  spoil(file);
  await vi.waitFor(() => expect(lines.join('')).toContain(reason));
  expect(lines.join('')).toContain('the tokens read before stay in force');
  expect(tokens()).toEqual(['token']);
});

function watchFileOf(content: string) {
  const folder = mkdtempSync(join(tmpdir(), 'token-'));
  const file = join(folder, 'token');
  writeFileSync(file, content);
  onTestFinished(() => {
    unwatchFile(file);
    rmSync(folder, {recursive: true});
  });
  const lines: string[] = [];
  const log = pino({}, {write: (line: string) => lines.push(line)});
  return {file, lines, tokens: watchTokens(file, log, 20)};
}
