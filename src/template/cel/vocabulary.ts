import type {Environment} from '@marcbachmann/cel-js';
import {nearest} from '../../nearest.ts';
import type {Shapes, Struct} from './environment.ts';

/** What an expression may say, for hints to those who misspelt it. */
export interface Vocabulary {
  readonly variables: Shapes;
  readonly functions: readonly FunctionSignature[];
}

interface FunctionSignature {
  readonly name: string;
  /** Called as `x.name()`. */
  readonly method: boolean;
  /** As an author writes it: `string.replace(string, string)`. */
  readonly text: string;
}

export function readVocabulary(typed: Environment, variables: Shapes): Vocabulary {
  const functions = typed.getDefinitions().functions.map(({name, receiverType, signature}) => ({
    name,
    method: receiverType !== null,
    text: readableSignature(signature),
  }));
  return {variables, functions: functions.filter(({name}) => name !== 'matches')};
}

function readableSignature(signature: string): string {
  return signature
    .replace(/^CelNamespace\./, 'cel.')
    .replace(/^OptionalNamespace\./, 'optional.')
    .replace(/\bast\b/g, '…')
    .replace('<dyn>', '')
    .replace('<dyn, dyn>', '')
    .replace(/<[A-Z]>|: .*$/g, '')
    .replace(/\b[A-Z]\b/g, 'dyn');
}

/** `did you mean "metadata.name"?`: the same name further down, else the most similar one beside it. */
export function suggestMember(word: string, struct: Struct): string | undefined {
  const found = pathTo(word, struct) ?? nearest(word, Object.keys(struct.fields));
  return found && `did you mean "${found}"?`;
}

/** The signatures of that name, else the most similar name. */
export function suggestFunction(name: string, method: boolean, {functions}: Vocabulary): string | undefined {
  const same = functions.filter(candidate => candidate.name === name);
  const alikeOrAll = same.some(candidate => candidate.method === method)
    ? same.filter(candidate => candidate.method === method)
    : same;
  if (same.length > 0) return `use ${alikeOrAll.map(({text}) => text).join(' or ')}`;
  const alike = functions.filter(candidate => candidate.method === method);
  const found = nearest(name, [...new Set(alike.map(candidate => candidate.name))]);
  return found && `did you mean "${found}"?`;
}

/** Breadth first: of several fields of that name, the one that is nearest to the root. */
function pathTo(word: string, root: Struct): string | undefined {
  let level: [string, Struct][] = [['', root]];
  while (level.length > 0) {
    const found = level.find(([, {fields}]) => Object.hasOwn(fields, word));
    if (found) return found[0] + word;
    level = level.flatMap(([path, {fields}]) =>
      Object.entries(fields).flatMap(([name, shape]): [string, Struct][] =>
        typeof shape === 'object' && 'fields' in shape ? [[`${path}${name}.`, shape]] : [],
      ),
    );
  }
  return undefined;
}
