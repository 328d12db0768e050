import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {checkNetworkObject} from '../../../src/guard/network.ts';
import {allows, type Request} from '../../support/authorization-policy.ts';
import {renderDefaults} from '../../templates/defaults.ts';
import {guardContext, object, VALUES} from '../network-context.ts';

const {gateway, pipelinesUi, notebookController} = VALUES.istio.principals;
const HEADER = 'kubeflow-userid';
const CONTEXT = guardContext();
const OWN = 'cluster.local/ns/alice/sa/default-editor';

const principal = fc.constantFrom(
  gateway,
  pipelinesUi,
  notebookController,
  OWN,
  'cluster.local/ns/mallory/sa/x',
  '*',
);
const namespace = fc.constantFrom('alice', 'mallory', '*', 'al*');
const path = fc.constantFrom('/healthz', '/metrics', '/', '/metrics*', '*/api/kernels', '*');
const method = fc.constantFrom('GET', 'POST', '*');
const user = fc.constantFrom(
  'alice@example.com',
  'bob@example.com',
  'mallory@example.com',
  '*',
  '*@example.com',
);

const texts = (item: fc.Arbitrary<string>) => fc.array(item, {maxLength: 2});
const source = fc.record(
  {
    principals: texts(principal),
    namespaces: texts(namespace),
    notPrincipals: texts(principal),
    ipBlocks: fc.constant(['0.0.0.0/0']),
  },
  {requiredKeys: []},
);
const operation = fc.record(
  {paths: texts(path), methods: texts(method), notPaths: texts(path), ports: fc.constant(['80'])},
  {requiredKeys: []},
);
const condition = (key: string, item: fc.Arbitrary<string>) =>
  fc.record({key: fc.constant(key), values: texts(item), notValues: texts(item)}, {requiredKeys: ['key']});
const rule = fc.record(
  {
    from: fc.array(fc.record({source}, {requiredKeys: []}), {maxLength: 2}),
    to: fc.array(fc.record({operation}, {requiredKeys: []}), {maxLength: 2}),
    when: fc.array(
      fc.oneof(
        condition(`request.headers[${HEADER}]`, user),
        condition('source.namespace', namespace),
        condition('source.principal', principal),
      ),
      {maxLength: 2},
    ),
  },
  {requiredKeys: []},
);
const policy = rule.map(each =>
  object('security.istio.io/v1', 'AuthorizationPolicy', {spec: {rules: [each]}}),
);

const request: fc.Arbitrary<Request> = fc.record(
  {
    principal: fc.constantFrom(
      gateway,
      pipelinesUi,
      notebookController,
      OWN,
      'cluster.local/ns/mallory/sa/x',
    ),
    headers: fc.record(
      {[HEADER]: fc.constantFrom('alice@example.com', 'bob@example.com', 'mallory@example.com')},
      {requiredKeys: []},
    ),
    method: fc.constantFrom('GET', 'POST'),
    path: fc.constantFrom('/healthz', '/metrics', '/', '/metrics/x', '/n/api/kernels'),
    port: fc.constant('80'),
  },
  {requiredKeys: ['method', 'path', 'port']},
);

/** Who may call a tenant, in other words than the guard's. */
function mayCall({principal: caller, headers, method: verb, path: place}: Request): boolean {
  if (['/healthz', '/metrics', '/wait-for-drain'].includes(place)) return true;
  if (caller === OWN) return true;
  if (caller === notebookController) return verb === 'GET' && place.endsWith('/api/kernels');
  const isPlatform = caller === gateway || caller === pipelinesUi;
  return isPlatform && ['alice@example.com', 'bob@example.com'].includes(headers?.[HEADER] ?? '');
}

describe('an AuthorizationPolicy that passes', () => {
  test('lets in nobody but the tenant, the platform for it, and probes', () => {
    let allowed = 0;
    const passing = policy.filter(each => checkNetworkObject(each, CONTEXT).length === 0);
    fc.assert(
      fc.property(passing, request, (each, call) => {
        const isAllowed = allows([each], call);
        if (isAllowed) allowed++;
        expect(isAllowed && !mayCall(call)).toBe(false);
      }),
      {numRuns: 500},
    );
    expect(allowed).toBeGreaterThan(30);
  });

  test('as the default one does', () => {
    const defaults = renderDefaults({mode: 'standalone'}).filter(
      ({kind, metadata}) => kind === 'AuthorizationPolicy' && metadata.name === 'ns-owner-access-istio',
    );
    fc.assert(
      fc.property(request, call => {
        const isCollaborator =
          call.headers?.[HEADER] === 'bob@example.com' && mayCall(call) && call.principal !== OWN;
        fc.pre(!isCollaborator);
        expect(allows(defaults, call)).toBe(mayCall(call));
      }),
      {numRuns: 500},
    );
  });
});
