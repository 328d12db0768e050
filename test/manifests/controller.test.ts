import {describe, expect, test} from 'vitest';
import type {JsonObject, KubernetesObject} from '../../src/kubernetes/object.ts';
import {describeOverlays, MODES, type Mode, onlyOf, renderOverlay} from './overlay.ts';
import {renderedResources} from './template.ts';

const CONTROLLERS = {
  companion: {kind: 'DecoratorController', parents: 'resources', children: 'attachments'},
  standalone: {kind: 'CompositeController', parents: 'parentResource', children: 'childResources'},
} as const;

describeOverlays('controllers', () => {
  describe.each(MODES)('the controller of $mode', ({mode, sets}) => {
    const {parents, children} = CONTROLLERS[mode];
    const spec = () => controllerOf(mode).spec as JsonObject;

    test('watches exactly the kinds that its templates render, but no Secrets', () => {
      expect(resourcesIn(spec()[children])).toEqual(renderedResources(sets));
    });

    test('updates every child in place', () => {
      const strategies = (spec()[children] as JsonObject[]).map(({updateStrategy}) => updateStrategy);
      expect(new Set(strategies.map(strategy => JSON.stringify(strategy)))).toEqual(
        new Set(['{"method":"InPlace"}']),
      );
    });

    test('asks about every Profile, whatever its labels', () => {
      expect([spec()[parents]].flat()).toEqual([{apiVersion: 'kubeflow.org/v1', resource: 'profiles'}]);
    });

    test.each(['sync', 'finalize', 'customize'])(
      'calls /%s at the Service, with a token to fill in',
      hook => {
        const {name, namespace} = onlyOf('Service', renderOverlay(mode)).metadata;
        expect((spec().hooks as JsonObject)[hook]).toEqual({
          version: 'v2',
          webhook: {
            url: `http://metacontroller:TOKEN@${name}.${namespace}.svc:8080/${hook}`,
            timeout: '10s',
          },
        });
      },
    );
  });

  test('the CompositeController knows its children by a label of its own', () => {
    expect(controllerOf('standalone').spec).toMatchObject({generateSelector: true});
  });
});

function controllerOf(mode: Mode): KubernetesObject {
  return onlyOf(CONTROLLERS[mode].kind, renderOverlay(mode));
}

function resourcesIn(children: unknown): string[] {
  return (children as {apiVersion: string; resource: string}[])
    .map(({apiVersion, resource}) => `${apiVersion} ${resource}`)
    .sort();
}
