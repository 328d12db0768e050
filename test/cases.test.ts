import {readdirSync, readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {dump, loadAll} from 'js-yaml';
import {describe, expect, test} from 'vitest';
import type {Json, JsonObject} from '../src/kubernetes/object.ts';
import {childrenOf, problemsOf, SMALL_FOLDERS, startHook} from './support/hook.ts';

/** One call of a hook. The first document of a request.yaml also says what the case is about. */
interface Step {
  readonly rule?: string;
  /** The operator's values. */
  readonly values?: JsonObject;
  /** `small`: test/cases/templates instead of the shipped ones. */
  readonly templates?: 'small';
  /** Since the first call; time stands still between calls that do not say. */
  readonly minutes?: number;
  readonly path: string;
  readonly request: Json;
}

const FOLDER = fileURLToPath(new URL('cases/', import.meta.url));
const KEYS = ['rule', 'values', 'templates', 'path', 'request'];

const cases = readdirSync(FOLDER)
  .filter(name => name !== 'templates')
  .map(name => [name, readSteps(name)] as const)
  .map(([name, steps]) => [`${name}: ${steps[0]?.rule}`, {name, steps}] as const);

describe('cases', () => {
  test.each(cases)('%s', async (_, {name, steps}) => {
    const [{values = {}, templates}] = steps as [Step];
    let now = 0;
    const post = startHook({values, ...(templates && {folders: SMALL_FOLDERS}), now: () => now});
    const answers = [];
    for (const {path, request, minutes} of steps) {
      if (minutes !== undefined) now = minutes * 60_000;
      const {status, body} = await post(path, request);
      expect(problemsOf(childrenOf(body))).toEqual([]);
      answers.push({status, body});
    }
    await expect(answers.map(toYaml).join('')).toMatchFileSnapshot(`${FOLDER}${name}/response.yaml`);
  });
});

test.each(cases.map(([, each]) => [each.name, each.steps] as const))(
  '%s/request.yaml has no key that nobody reads',
  (_, steps) => {
    expect(steps[0]?.rule).toMatch(/^[A-Z].*\.$/);
    expect([undefined, 'small']).toContain(steps[0]?.templates);
    const [first, ...rest] = steps.map(step => Object.keys(step));
    expect(KEYS).toEqual(expect.arrayContaining(first as string[]));
    for (const keys of rest)
      expect(keys.filter(key => key !== 'minutes').sort()).toEqual(['path', 'request']);
  },
);

function toYaml(answer: object): string {
  return `---\n${dump(answer, {sortKeys: true, lineWidth: -1, noRefs: true})}`;
}

function readSteps(name: string): Step[] {
  return loadAll(readFileSync(`${FOLDER}${name}/request.yaml`, 'utf8')) as Step[];
}
