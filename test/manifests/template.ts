import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {load} from 'js-yaml';
import type {KubernetesObject} from '../../src/kubernetes/object.ts';

const TEMPLATES = fileURLToPath(new URL('../../templates', import.meta.url));

/** Rendered only when their value is set, so the manifests have them as comments. */
const OPTIONAL_KINDS = ['LimitRange', 'PodDefault'];

/** The objects of template sets, with their expressions as they stand in the files. */
function loadTemplateObjects(sets: readonly string[]): KubernetesObject[] {
  return sets.flatMap(set => {
    const folder = join(TEMPLATES, set);
    const files = readdirSync(folder).filter(file => file.endsWith('.yaml') && file !== 'kustomization.yaml');
    return files.map(file => load(readFileSync(join(folder, file), 'utf8')) as KubernetesObject);
  });
}

/** The kinds that a controller must watch, as `apiVersion resource`. */
export function renderedResources(sets: readonly string[]): string[] {
  const watched = loadTemplateObjects(sets).filter(
    object => object.kind !== 'Secret' && !OPTIONAL_KINDS.includes(object.kind) && !isPartOfRole(object),
  );
  return [...new Set(watched.map(({apiVersion, kind}) => `${apiVersion} ${plural(kind)}`))].sort();
}

function isPartOfRole({metadata}: KubernetesObject): boolean {
  return Object.keys(metadata.labels ?? {}).some(label => /\/aggregate-to-/.test(label));
}

function plural(kind: string): string {
  return `${kind.toLowerCase().replace(/y$/, 'ie')}s`;
}
