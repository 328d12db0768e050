import type {JsonObject} from '../object.ts';
import generated from './definitions.json' with {type: 'json'};
import {istioDefinitions} from './istio.ts';
import {kubeflowDefinitions} from './kubeflow.ts';
import {metacontrollerDefinitions} from './metacontroller.ts';

/** The schemas of all kinds that come with this program, and of their parts, by name. */
export const definitions: {readonly [name: string]: JsonObject} = {
  ...(generated as {[name: string]: JsonObject}),
  ...istioDefinitions,
  ...kubeflowDefinitions,
  ...metacontrollerDefinitions,
};
