import {isJsonObject, ownValue} from '../../kubernetes/object.ts';
import {asText, type Check, fault, ofMap} from '../fields/check.ts';

/** Keys that Secrets of a type must have, all of a row's. */
const KEYS: {readonly [type: string]: readonly string[]} = {
  'kubernetes.io/dockercfg': ['.dockercfg'],
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
  'kubernetes.io/ssh-auth': ['ssh-privatekey'],
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
};

/** A Secret of a type that wants certain keys. */
export const secretType: Check = ofMap(({type, data}) => {
  const present = isJsonObject(data) ? data : {};
  return (ownValue(KEYS, asText(type)) ?? [])
    .filter(key => !Object.hasOwn(present, key))
    .map(key => fault(['type'], `must stand beside data with the key ${key}`));
});
