import {join} from 'node:path';
import {expect, test} from 'vitest';
import {toText} from '../../src/commands/formats/code-frame.ts';
import {folderWith} from '../support/command.ts';

const RED = `${String.fromCharCode(27)}[31m`;

test.each([
  {title: 'a short line', before: 'a: '},
  {title: 'a line wider than a terminal', before: `a: [${'b, '.repeat(200)}`},
  {title: 'a line of what a terminal does not print', before: `a: ${RED.repeat(60)}`},
  {title: 'a tab', before: '\t\ta: '},
])('the caret stands below the character: $title', ({before}) => {
  const file = join(folderWith({'t.yaml': `${before}X\n`}), 't.yaml');
  const text = toText(
    [{file, line: 1, column: before.length + 1, message: 'cannot read X: it is not there'}],
    false,
  );
  const [, shown = '', caret = ''] = text.split('\n');
  expect(shown.length).toBeLessThan(170);
  expect(shown[caret.indexOf('^')]).toBe('X');
});
