import type {KubernetesObject} from '../kubernetes/object.ts';
import type {Needs} from './needs.ts';
import {LABELS, type ManifestOptions, NAME} from './options.ts';

const PROFILES = {apiVersion: 'kubeflow.org/v1', resource: 'profiles'};

/** The key of the token in the Secret of `--token-secret`. */
const TOKEN_KEY = 'token';

/** The Decorator- or CompositeController that makes Metacontroller ask the hook about every Profile. */
export function buildController(needs: Needs, options: ManifestOptions): KubernetesObject {
  const watched = needs.kinds.filter(
    ({group, resource}) => group !== '' || resource !== 'secrets' || options.observeSecrets,
  );
  const children = watched.map(({apiVersion, resource}) => ({
    apiVersion,
    resource,
    updateStrategy: {method: 'InPlace'},
  }));
  const isCompanion = needs.mode === 'companion';
  return {
    apiVersion: 'metacontroller.k8s.io/v1alpha1',
    kind: isCompanion ? 'DecoratorController' : 'CompositeController',
    metadata: {name: NAME, labels: LABELS},
    spec: {
      ...(isCompanion ? {resources: [PROFILES]} : {parentResource: PROFILES, generateSelector: true}),
      [isCompanion ? 'attachments' : 'childResources']: children,
      resyncPeriodSeconds: 600,
      hooks: Object.fromEntries(
        ['sync', 'finalize', 'customize'].map(name => [name, hook(`${options.url}/${name}`, options)]),
      ),
    },
  } as unknown as KubernetesObject;
}

function hook(url: string, {tokenSecret}: ManifestOptions): object {
  const authorization = {type: 'Bearer', secretRef: {...tokenSecret, key: TOKEN_KEY}};
  return {version: 'v2', webhook: {url, timeout: '10s', ...(tokenSecret && {authorization})}};
}
