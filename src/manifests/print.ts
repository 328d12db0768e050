import {dump} from 'js-yaml';
import {parseYaml, positionAt, type YamlNode} from '../yaml.ts';
import type {Comment, Manifest} from './manifests.ts';

/** Columns of a comment, its indentation included. */
const WIDTH = 118;

/** One YAML document with its comments. */
export function printManifest({object, comments, flowLevel}: Manifest): string {
  const text = dump(object, {lineWidth: -1, noRefs: true, flowLevel});
  const lines = text.split('\n');
  const [root] = parseYaml(text, 'manifest').documents as readonly [YamlNode];
  // From the end, so that the lines before keep their numbers.
  for (const comment of comments.toReversed()) {
    const line = lineOf(comment, root, text);
    const [indentation = ''] = (lines[line] as string).split(/\S/);
    lines.splice(line, 0, ...wrap(comment.text, indentation));
  }
  return `---\n${lines.join('\n')}`;
}

function lineOf({path}: Comment, root: YamlNode, text: string): number {
  let [node, offset] = [root, root.offset];
  for (const step of path) {
    const entry = node.kind === 'mapping' ? node.entries.find(({key}) => key === step) : undefined;
    const next = entry?.value ?? (node.kind === 'sequence' ? node.items[Number(step)] : undefined);
    if (!next) throw new Error(`cannot place comment: there is no ${path.join('.')}`);
    [node, offset] = [next, entry?.keyOffset ?? next.offset];
  }
  return positionAt(text, offset).line - 1;
}

function wrap(text: string, indentation: string): string[] {
  const lines: string[] = [];
  let line = `${indentation}#`;
  for (const word of text.split(/\s+/)) {
    if (line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = `${indentation}#`;
    }
    line += ` ${word}`;
  }
  return [...lines, line];
}
