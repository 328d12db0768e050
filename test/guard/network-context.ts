import type {GuardContext, GuardedValues, GuardValues} from '../../src/guard/context.ts';
import type {Violation} from '../../src/guard/violation.ts';
import {fieldPath} from '../../src/kubernetes/field-path.ts';
import type {KubernetesObject} from '../../src/kubernetes/object.ts';
import {loadYaml} from '../../src/template/load.ts';
import {toJson, type YamlNode} from '../../src/yaml.ts';
import {templatePath} from '../templates/defaults.ts';

const [document] = loadYaml(templatePath('values.yaml')).documents;

/** The image's own. */
export const VALUES = toJson(document as YamlNode) as unknown as GuardedValues;

/** What differs from the tenant `alice` of alice@example.com, whose collaborator is bob@example.com. */
export interface Difference extends Partial<Omit<GuardContext, 'values'>> {
  readonly network?: Partial<GuardValues['network']>;
  readonly guards?: Partial<GuardValues>;
  readonly values?: Partial<GuardedValues>;
}

export function guardContext({network, guards, values, ...rest}: Difference = {}): GuardContext {
  const allGuards = {
    ...VALUES.guards,
    ...guards,
    network: {...VALUES.guards.network, ...network},
  };
  return {
    mode: 'standalone',
    namespace: 'alice',
    owner: {kind: 'User', name: 'alice@example.com'},
    collaborators: [{kind: 'User', name: 'bob@example.com'}],
    values: {...VALUES, guards: allGuards, ...values},
    ...rest,
  };
}

/** `path: message` of each. */
export function lines(violations: readonly Violation[]): string[] {
  return violations.map(({path, message}) => `${fieldPath(path)}: ${message}`);
}

export function object(apiVersion: string, kind: string, rest: object): KubernetesObject {
  return {apiVersion, kind, metadata: {name: 'x', namespace: 'alice'}, ...rest};
}

/** A NetworkPolicy of alice with this spec. */
export function policy(spec: object): KubernetesObject {
  return object('networking.k8s.io/v1', 'NetworkPolicy', {spec});
}
