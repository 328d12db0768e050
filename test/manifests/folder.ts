import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {onTestFinished} from 'vitest';
import {DEFAULT_FOLDERS} from '../../src/template/sources.ts';
import type {Folders} from '../support/hook.ts';

/** The shipped templates with some more on top, in a folder that goes with the test. */
export function folderOf(files: {readonly [name: string]: string}): Folders {
  const folder = mkdtempSync(join(tmpdir(), 'templates-'));
  onTestFinished(() => rmSync(folder, {recursive: true}));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return {
    companion: [...DEFAULT_FOLDERS.companion, folder],
    standalone: [...DEFAULT_FOLDERS.standalone, folder],
  };
}
