import type {Json} from '../../kubernetes/object.ts';
import {asText, type Check, type FieldCheck, fault, hasItems, ofMap, under} from '../fields/check.ts';
import {isSubdomain} from '../fields/formats.ts';
import {parseAddress} from './address.ts';
import {exactlyOne} from './choice.ts';

const someRule: Check = ofMap(({rules, defaultBackend}) =>
  defaultBackend === undefined && !hasItems(rules) ? [fault([], 'must have rules or defaultBackend')] : [],
);

const host: Check = value => {
  if (typeof value !== 'string' || value === '') return [];
  const isHost = isSubdomain(value.replace(/^\*\./, '')) && !parseAddress(value);
  return isHost ? [] : [fault([], 'must be a host name such as app.example.com or *.example.com')];
};

/** What a path of the types Exact and Prefix must not go through. */
const DETOUR = /\/\/|\/\.{1,2}(?:\/|$)|%2f/i;

const path: Check = ofMap(({path: text, pathType}) => {
  const isFree = pathType === 'ImplementationSpecific';
  if (isFree && (text === undefined || text === '')) return [];
  if (typeof text !== 'string' || !text.startsWith('/')) return [fault(['path'], 'must begin with "/"')];
  return !isFree && DETOUR.test(text) ? [fault(['path'], 'must not hold "//", "/./", "/../" or "%2f"')] : [];
});

const servicePort: Check = ofMap(({port}) => (port === undefined ? [fault([], 'must have a port')] : []));

const BACKEND: readonly FieldCheck[] = [
  ['', exactlyOne('resource', 'service')],
  ['service', servicePort],
  ['service.port', exactlyOne('name', 'number')],
];

/** An Ingress' spec. */
export const INGRESS: readonly FieldCheck[] = [
  ['', someRule],
  ['rules[].host', host],
  ['tls[].hosts[]', host],
  ['rules[].http.paths[]', path],
  ...under('defaultBackend', BACKEND),
  ...under('rules[].http.paths[].backend', BACKEND),
];

const replicas: Check = ofMap(({minReplicas = 1, maxReplicas}) =>
  typeof maxReplicas === 'number' && typeof minReplicas === 'number' && minReplicas > maxReplicas
    ? [fault(['maxReplicas'], 'must be at least minReplicas')]
    : [],
);

const METRICS = ['containerResource', 'external', 'object', 'pods', 'resource'];
const metric: Check = ofMap(map => {
  const wanted = asText(map.type);
  const field = wanted.charAt(0).toLowerCase() + wanted.slice(1);
  if (!METRICS.includes(field)) return [];
  if (map[field] === undefined) return [fault([], `must have ${field} for the type ${wanted}`)];
  return exactlyOne(...METRICS)(map as Json);
});

/** A HorizontalPodAutoscaler's spec. */
export const AUTOSCALER: readonly FieldCheck[] = [
  ['', replicas],
  ['metrics[]', metric],
];
