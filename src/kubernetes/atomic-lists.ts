import {isJsonObject, type Json, type JsonObject, type KubernetesObject} from './object.ts';

/**
 * An object with its atomic lists that grant something, be they empty.
 *
 * Server-side apply resets only what is sent: a list that is left out keeps the items that somebody else wrote.
 */
export function withAtomicLists(object: KubernetesObject): KubernetesObject {
  switch (`${object.apiVersion} ${object.kind}`) {
    case 'networking.k8s.io/v1 NetworkPolicy':
      return isJsonObject(object.spec) ? {...object, spec: networkPolicySpec(object.spec)} : object;
    case 'rbac.authorization.k8s.io/v1 RoleBinding':
      return {...object, subjects: object.subjects ?? []};
    case 'rbac.authorization.k8s.io/v1 Role':
      return {...object, rules: object.rules ?? []};
    default:
      return object;
  }
}

function networkPolicySpec(spec: JsonObject): JsonObject {
  const {ingress, egress, policyTypes} = spec;
  return {
    ...spec,
    ingress: ingress ?? [],
    egress: egress ?? [],
    policyTypes: isEmpty(policyTypes) ? defaultTypes(egress) : policyTypes,
  };
}

// The API server's own rule, and so what it would answer; it asks what was written, before anything is filled in.
function defaultTypes(egress: Json | undefined): Json {
  return isEmpty(egress) ? ['Ingress'] : ['Ingress', 'Egress'];
}

function isEmpty(list: Json | undefined): list is undefined | null {
  return list === undefined || list === null || (Array.isArray(list) && list.length === 0);
}
