import {anyMap, flag, kind, list, map, oneOf, ref, type Schema, strict, text} from './build.ts';

const resource = {apiVersion: text, resource: text};
const method = oneOf('OnDelete', 'Recreate', 'InPlace', 'RollingRecreate', 'RollingInPlace');
const seconds = ref('Int32');
const namedSecret = strict({name: text, namespace: text}, ['name', 'namespace']);
const keyRef = {name: text, namespace: text, key: text};

const credentials = {
  caBundle: strict({
    inline: text,
    secretRef: strict(keyRef, ['name', 'namespace']),
    configMapRef: strict(keyRef, ['name', 'namespace']),
  }),
  clientTLS: strict({secretRef: namedSecret, certKey: text, privateKeyKey: text}, ['secretRef']),
  authorization: strict({type: text, secretRef: strict(keyRef, ['name', 'namespace', 'key'])}, ['secretRef']),
  basicAuth: strict({secretRef: namedSecret, usernameKey: text, passwordKey: text}, ['secretRef']),
};

const statusCheck = strict({type: text, status: text, reason: text}, ['type']);
const hooks = {
  customize: ref('MetacontrollerHook'),
  sync: ref('MetacontrollerHook'),
  finalize: ref('MetacontrollerHook'),
};
const common = {
  endpointConfigs: list(strict({host: text, ...credentials}, ['host'])),
  resyncPeriodSeconds: seconds,
};

// As of Metacontroller 4.17.
export const metacontrollerDefinitions: {[name: string]: Schema} = {
  CompositeController: kind({spec: ref('CompositeControllerSpec'), status: anyMap}, ['spec']),
  CompositeControllerSpec: strict(
    {
      ...common,
      generateSelector: flag,
      parentResource: strict(
        {
          ...resource,
          revisionHistory: strict({fieldPaths: list(text)}),
          labelSelector: ref('V1LabelSelector'),
          ignoreStatusChanges: flag,
        },
        ['apiVersion', 'resource'],
      ),
      childResources: list(
        strict(
          {
            ...resource,
            updateStrategy: strict({method, statusChecks: strict({conditions: list(statusCheck)})}),
          },
          ['apiVersion', 'resource'],
        ),
      ),
      hooks: strict({
        ...hooks,
        preUpdateChild: ref('MetacontrollerHook'),
        postUpdateChild: ref('MetacontrollerHook'),
      }),
    },
    ['parentResource'],
  ),
  DecoratorController: kind({spec: ref('DecoratorControllerSpec'), status: anyMap}, ['spec']),
  DecoratorControllerSpec: strict(
    {
      ...common,
      resources: list(
        strict(
          {
            ...resource,
            labelSelector: ref('V1LabelSelector'),
            annotationSelector: strict({
              matchAnnotations: map(text),
              matchExpressions: list(ref('V1LabelSelectorRequirement')),
            }),
            ignoreStatusChanges: flag,
          },
          ['apiVersion', 'resource'],
        ),
      ),
      attachments: list(strict({...resource, updateStrategy: strict({method})}, ['apiVersion', 'resource'])),
      hooks: strict(hooks),
    },
    ['resources'],
  ),
  MetacontrollerHook: strict({version: oneOf('v1', 'v2'), webhook: ref('MetacontrollerWebhook')}),
  MetacontrollerWebhook: strict({
    ...credentials,
    url: text,
    timeout: {
      type: 'string',
      description: 'a duration such as 10s',
      pattern: '^([0-9]+(\\.[0-9]+)?(ns|us|µs|ms|s|m|h))+$',
    },
    etag: strict({enabled: flag, cacheTimeoutSeconds: seconds, cacheCleanupSeconds: seconds}),
    path: text,
    service: strict({name: text, namespace: text, port: ref('Int32'), protocol: text}, ['name', 'namespace']),
    responseUnMarshallMode: oneOf('loose', 'strict'),
  }),
};
