import {execFileSync} from 'node:child_process';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {loadAll} from 'js-yaml';
import {describe} from 'vitest';
import type {KubernetesObject} from '../../src/kubernetes/object.ts';

export const MODES = [
  {mode: 'companion', sets: ['pipelines']},
  {mode: 'standalone', sets: ['namespace', 'pipelines']},
] as const;

export type Mode = (typeof MODES)[number]['mode'];

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The same renderer under two names: kubectl has it built in. */
const RENDERERS = [
  {command: 'kubectl', probe: ['version', '--client'], build: 'kustomize'},
  {command: 'kustomize', probe: ['version'], build: 'build'},
];

const renderer = RENDERERS.find(({command, probe}) => {
  try {
    execFileSync(command, probe, {stdio: 'ignore'});
    return true;
  } catch {
    return false;
  }
});

/** `describe` for tests of rendered manifests: skipped where nothing renders, but never in CI. */
export function describeOverlays(title: string, tests: () => void): void {
  const isSkipped = !renderer && !process.env.CI;
  const reason = isSkipped ? ' (neither kubectl nor kustomize is on the PATH)' : '';
  describe.skipIf(isSkipped)(title + reason, tests);
}

const rendered = new Map<string, KubernetesObject[]>();

/** The objects of an overlay in `manifests/`, as `kubectl apply -k` would send them. */
export function renderOverlay(name: string): KubernetesObject[] {
  const objects = rendered.get(name) ?? build(name);
  rendered.set(name, objects);
  return objects;
}

function build(name: string): KubernetesObject[] {
  if (!renderer) throw new Error('cannot render manifests: neither kubectl nor kustomize is on the PATH');
  const text = execFileSync(renderer.command, [renderer.build, join(ROOT, 'manifests', name)], {
    encoding: 'utf8',
  });
  return loadAll(text) as KubernetesObject[];
}

/** The one object of a kind. */
export function onlyOf(kind: string, objects: readonly KubernetesObject[]): KubernetesObject {
  const found = objects.filter(object => object.kind === kind);
  if (found.length !== 1) throw new Error(`cannot find the one ${kind}: there are ${found.length}`);
  return found[0] as KubernetesObject;
}
