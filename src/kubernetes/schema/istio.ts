import {anyMap, kind, list, map, oneOf, ref, type Schema, strict, text} from './build.ts';

// As of Istio 1.30, https://istio.io/latest/docs/reference/config/security/authorization-policy/
export const istioDefinitions: {[name: string]: Schema} = {
  AuthorizationPolicy: kind({spec: ref('AuthorizationPolicySpec'), status: anyMap}),
  AuthorizationPolicySpec: strict({
    selector: strict({matchLabels: map(text)}),
    targetRef: ref('PolicyTargetReference'),
    targetRefs: list(ref('PolicyTargetReference')),
    rules: list(ref('AuthorizationPolicyRule')),
    action: oneOf('ALLOW', 'DENY', 'AUDIT', 'CUSTOM'),
    provider: strict({name: text}),
  }),
  PolicyTargetReference: strict({group: text, kind: text, name: text, namespace: text}, ['kind', 'name']),
  AuthorizationPolicyRule: strict({
    from: list(strict({source: ref('AuthorizationPolicySource')})),
    to: list(strict({operation: ref('AuthorizationPolicyOperation')})),
    when: list(strict({key: text, values: list(text), notValues: list(text)}, ['key'])),
  }),
  AuthorizationPolicySource: strict({
    principals: list(text),
    notPrincipals: list(text),
    requestPrincipals: list(text),
    notRequestPrincipals: list(text),
    namespaces: list(text),
    notNamespaces: list(text),
    serviceAccounts: list(text),
    notServiceAccounts: list(text),
    ipBlocks: list(text),
    notIpBlocks: list(text),
    remoteIpBlocks: list(text),
    notRemoteIpBlocks: list(text),
    trustDomains: list(text),
    notTrustDomains: list(text),
  }),
  AuthorizationPolicyOperation: strict({
    hosts: list(text),
    notHosts: list(text),
    ports: list(text),
    notPorts: list(text),
    methods: list(text),
    notMethods: list(text),
    paths: list(text),
    notPaths: list(text),
  }),
};
