import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {KubernetesObject} from '../../src/kubernetes/object.ts';
import type {RoleRef} from '../../src/rbac/rule.ts';
import {surveyTemplates} from '../../src/template/survey.ts';
import {dependencies} from '../support/hook.ts';
import type {Call} from '../support/metacontroller/cluster.ts';
import {type Atom, atomsOf, isRefusedFor, nameOf, rulesFor} from './atoms.ts';
import {type RunningHook, startHook} from './hook.ts';
import {type Cluster, manifestsFor, startCluster} from './system.ts';
import {runTrial, type Trial} from './trial.ts';

/** Trials at a time. */
const WIDTH = 6;

const MINUTES = 60_000;

describe.each(['companion', 'standalone'] as const)("of Metacontroller's role in %s", mode => {
  let cluster: Cluster;
  let hook: RunningHook;
  let controller: KubernetesObject;
  let atoms: readonly Atom[];
  beforeAll(async () => {
    cluster = await startCluster();
    hook = await startHook({mode});
    const manifests = manifestsFor(hook, {mode});
    controller = manifests.find(({kind}) => kind.endsWith('Controller')) as KubernetesObject;
    atoms = atomsOf(manifests.find(({kind}) => kind === 'ClusterRole') as KubernetesObject);
  });
  afterAll(async () => {
    await hook?.close();
    await cluster?.stop();
  });

  const run = async (trial: Trial) => await runTrial(cluster, {mode, controller}, trial);

  test('all together suffice for a whole life', async () => {
    const refused: Call[] = [];
    const isLast = (call: Call) => {
      if (call.status === 403) refused.push(call);
      return false;
    };
    const verdict = await run({name: 'control', rules: rulesFor(atoms), isLast});
    expect({...verdict, refused}).toEqual({wasLast: false, error: '', refused: []});
  });

  test('not one can go without a refusal that names it', {timeout: 10 * MINUTES}, async () => {
    const roleRefs = roleRefsOf(mode);
    const unnoticed: string[] = [];
    await forEachAtATime(WIDTH, atoms, async (atom, index) => {
      const isLast = (call: Call) => isRefusedFor(atom, call, roleRefs);
      const rules = rulesFor(atoms.filter(other => other !== atom));
      const {wasLast, error} = await run({name: `tenant-${index}`, rules, isLast});
      if (!wasLast) unnoticed.push(`${nameOf(atom)} ${error}`);
    });
    expect(unnoticed).toEqual([]);
  });
});

/** The roleRefs of the RoleBindings that the templates render, by name. */
function roleRefsOf(mode: 'companion' | 'standalone'): ReadonlyMap<string, RoleRef> {
  const {objects} = surveyTemplates(dependencies({}).templates(mode));
  const bindings = objects.map(({object}) => object).filter(({kind}) => kind === 'RoleBinding');
  return new Map(bindings.map(({metadata, roleRef}) => [metadata.name, roleRef as unknown as RoleRef]));
}

async function forEachAtATime<Item>(
  width: number,
  items: readonly Item[],
  work: (item: Item, index: number) => Promise<void>,
): Promise<void> {
  const entries = items.entries();
  const drain = async () => {
    for (const [index, item] of entries) await work(item, index);
  };
  await Promise.all(Array.from({length: width}, drain));
}
