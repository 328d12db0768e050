import {afterAll, beforeAll, expect, test} from 'vitest';
import {checkCombinations} from '../../src/guard/combinations.ts';
import type {GuardContext} from '../../src/guard/context.ts';
import {checkNames} from '../../src/guard/names.ts';
import {createSchemaGuard} from '../../src/guard/schema.ts';
import type {ObjectGuard} from '../../src/guard/violation.ts';
import {CanonicalError, canonical} from '../../src/kubernetes/canonical.ts';
import {compileCrd} from '../../src/kubernetes/crds.ts';
import type {JsonObject, KubernetesObject} from '../../src/kubernetes/object.ts';
import {CORPUS, type CorpusCase, readCorpus} from './corpus.ts';
import {DISAGREEMENTS} from './corpus-disagreements.ts';
import {NAMESPACE, pathTo, SERVICE_ACCOUNT} from './objects.ts';
import {readYaml, startCluster} from './system.ts';

const GUARDS = [createSchemaGuard(new Map()), checkNames, checkCombinations];

let cluster: Awaited<ReturnType<typeof startCluster>>;
beforeAll(async () => {
  cluster = await startCluster();
  await cluster.objects.apply({...NAMESPACE, metadata: {name: 'alice'}});
  await cluster.objects.apply({...SERVICE_ACCOUNT, metadata: {name: 'default', namespace: 'alice'}});
});
afterAll(async () => await cluster?.stop());

test.each(CORPUS)('the guards refuse what the API server refuses, and nothing else: %s', async kind => {
  const cases = readCorpus(kind);
  const answers = await Promise.all(cases.map(({object}) => refusalOf(object)));
  const untrue = cases.filter(({isValid}, index) => isValid !== (answers[index] === undefined));
  expect
    .soft(
      untrue.map(({title}) => title),
      'cases that say other than the API server does',
    )
    .toEqual([]);
  const disagreed = cases.filter(({object, isValid}) => isValid !== isTaken(object));
  expect.soft(disagreed.map(toLine).sort()).toEqual(Object.keys(DISAGREEMENTS[kind] ?? {}).sort());
});

test.each(['pod-default', 'authorization-policy'])(
  'by the definition that the API server has, the schema guard says the same as it: %s',
  async kind => {
    const definitions = ['kubeflow', 'istio'].flatMap(file => readYaml(`crds/${file}.yaml`));
    const kinds = definitions.flatMap(definition => [...compileCrd(definition as JsonObject).kinds]);
    const guard = createSchemaGuard(new Map(kinds));
    const cases = readCorpus(kind).filter(({object}) => isTaken(object, [checkNames, checkCombinations]));
    const misjudged = cases.filter(({object, isValid}) => isValid !== isTaken(object, [guard]));
    expect(misjudged.map(({title}) => title)).toEqual([]);
    expect(cases.length).toBeGreaterThan(8);
  },
);

test('the corpus holds 150 objects and more of both sorts', () => {
  const cases = CORPUS.flatMap(readCorpus);
  expect(cases.filter(({isValid}) => isValid).length).toBeGreaterThan(100);
  expect(cases.filter(({isValid}) => !isValid).length).toBeGreaterThan(300);
});

test('disagreements are of kinds in the corpus', () => {
  expect(Object.keys(DISAGREEMENTS).filter(kind => !CORPUS.includes(kind))).toEqual([]);
});

function toLine({title, isValid}: CorpusCase): string {
  return `${isValid ? 'refused here alone' : 'refused there alone'}: ${title}`;
}

/** What the API server says against creating an object. */
async function refusalOf(object: JsonObject): Promise<string | undefined> {
  const kind = object as unknown as KubernetesObject;
  const {metadata} = object;
  const namespace = kind.kind === 'Namespace' ? undefined : 'alice';
  const path = `${pathTo({...kind, metadata: metadata as KubernetesObject['metadata']}, {namespace})}`;
  const {status, body} = await cluster.admin.request(
    'POST',
    `${path}?dryRun=All&fieldValidation=Strict`,
    object,
  );
  return status < 300 ? undefined : String(body.message);
}

function isTaken(object: JsonObject, guards: readonly ObjectGuard[] = GUARDS): boolean {
  try {
    const sent = canonical(object) as unknown as KubernetesObject;
    return guards.every(guard => guard(sent, {} as GuardContext).length === 0);
  } catch (error) {
    if (!(error instanceof CanonicalError)) throw error;
    return false;
  }
}
