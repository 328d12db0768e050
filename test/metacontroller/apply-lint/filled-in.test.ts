import {describe, expect, test} from 'vitest';
import type {JsonObject} from '../../../src/kubernetes/object.ts';
import {BUILDERS} from '../apply-rows.ts';
import {OR_SERVER_SIDE, verdict} from '../apply-verdict.ts';

const {limits, policy, projected} = BUILDERS;
const POD = 'spec.template.spec';

const SOURCES = `${POD}.volumes.0.projected.sources.0`;
const field = (fields: JsonObject) => projected([{downwardAPI: {items: [{path: 'a', ...fields}]}}]);

describe('dynamic-apply would take out in every sync', () => {
  test.each<{object: JsonObject; path: string; name: string; hint: string}>([
    {
      object: policy({ingress: [{ports: [{port: 53}]}]}),
      ...{path: 'spec.ingress.0.ports.0', name: 'protocol', hint: 'write protocol: TCP'},
    },
    {
      object: projected([{serviceAccountToken: {path: 'a'}}]),
      path: `${SOURCES}.serviceAccountToken`,
      ...{name: 'expirationSeconds', hint: 'write expirationSeconds: 3600'},
    },
    {
      object: field({fieldRef: {fieldPath: 'metadata.name'}}),
      path: `${SOURCES}.downwardAPI.items.0.fieldRef`,
      ...{name: 'apiVersion', hint: 'write apiVersion: v1'},
    },
    {
      object: field({resourceFieldRef: {containerName: 'a', resource: 'limits.cpu'}}),
      path: `${SOURCES}.downwardAPI.items.0.resourceFieldRef`,
      ...{name: 'divisor', hint: "write divisor: '0'"},
    },
    {
      object: limits([{type: 'Container', defaultRequest: {cpu: '1'}, max: {cpu: '2'}}]),
      ...{path: 'spec.limits.0', name: 'default', hint: 'write default for every resource of max'},
    },
    ...['default', 'min'].map(source => ({
      object: limits([{type: 'Container', [source]: {cpu: '1', memory: '1Gi'}, defaultRequest: {cpu: '1'}}]),
      path: 'spec.limits.0.defaultRequest',
      ...{name: 'defaultRequest', hint: 'write defaultRequest for every resource of default, max, min'},
    })),
  ])('$name, which the API server fills in: $hint', ({object, path, name, hint}) => {
    expect(verdict(object, 'dynamic-apply')).toEqual([
      {
        rule: 'apply/endless',
        path,
        message: `cannot render ${object.kind}: the API server fills in ${name}, and dynamic-apply would take it out again in every sync`,
        hint: hint + OR_SERVER_SIDE,
      },
    ]);
  });
});
