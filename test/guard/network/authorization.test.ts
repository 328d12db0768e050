import {describe, expect, test} from 'vitest';
import {checkNetworkObject} from '../../../src/guard/network.ts';
import {type Difference, guardContext, lines, object, VALUES} from '../network-context.ts';

const {gateway, pipelinesUi, notebookController} = VALUES.istio.principals;
const HEADER = 'request.headers[kubeflow-userid]';
const MONITORING = 'cluster.local/ns/monitoring/sa/prometheus';

const check = (spec: unknown, difference?: Difference, annotations: object = {}) =>
  checkNetworkObject(
    object('security.istio.io/v1', 'AuthorizationPolicy', {
      metadata: {name: 'x', namespace: 'alice', annotations},
      spec,
    }),
    guardContext(difference),
  );

const from = (...sources: unknown[]) => sources.map(source => ({source}));
const principals = (...names: unknown[]) => ({from: from({principals: names})});
const to = (...operations: unknown[]) => ({to: operations.map(operation => ({operation}))});
const when = (key: string, ...values: unknown[]) => ({when: [{key, values}]});
const header = (...users: unknown[]) => when(HEADER, ...users);
const PROBES = ['/healthz', '/metrics', '/wait-for-drain'];
const KERNELS = {methods: ['GET'], paths: ['*/api/kernels']};

describe('a rule that allows', () => {
  test.each<{what: string; rule: object; difference?: Difference}>([
    {what: 'the owner through the gateway', rule: {...principals(gateway), ...header('alice@example.com')}},
    {
      what: "the owner and a collaborator, through the gateway or KFP's UI",
      rule: {...principals(gateway, pipelinesUi), ...header('bob@example.com', 'alice@example.com')},
    },
    {
      what: 'the owner with a prefix, through another gateway',
      rule: {
        ...principals('td/ns/mesh/sa/gw'),
        ...when('request.headers[x-user]', 'accounts:alice@example.com'),
      },
      difference: {
        values: {
          istio: {
            userIdHeader: 'x-user',
            userIdPrefix: 'accounts:',
            principals: {gateway: 'td/ns/mesh/sa/gw', pipelinesUi, notebookController},
          },
        },
      },
    },
    {
      what: 'an owner with * in the name',
      rule: {...principals(gateway), ...header('a*b')},
      difference: {owner: {kind: 'User', name: 'a*b'}},
    },
    {
      what: 'an owner of another kind by name, as profile-controller does',
      rule: {...principals(gateway), ...header('team')},
      difference: {owner: {kind: 'Group', name: 'team'}},
    },
    {
      what: 'the owner alone, of all whom another condition names',
      rule: {
        ...principals(gateway),
        when: [
          {key: HEADER, values: ['alice@example.com']},
          {key: HEADER, values: ['alice@example.com', 'mallory@example.com']},
          {key: 'request.auth.claims[iss]', values: ['*']},
        ],
      },
    },
    {what: 'own pods', rule: when('source.namespace', 'alice')},
    {what: 'own pods by their source', rule: {from: from({namespaces: ['alice']})}},
    {what: 'own pods by principal', rule: principals('cluster.local/ns/alice/sa/default-editor')},
    {
      what: 'own pods on a port',
      rule: {...when('source.namespace', 'alice'), ...to({ports: ['80'], hosts: ['*']})},
    },
    {
      what: 'of somebody what comes from own pods',
      rule: {...principals('*'), ...when('source.namespace', 'alice')},
    },
    {
      what: 'own pods of somebody',
      rule: {from: from({namespaces: ['alice'], principals: ['*'], ipBlocks: ['0.0.0.0/0']})},
    },
    {
      what: 'the owner from everywhere',
      rule: {
        from: from({namespaces: ['*', 'istio-system'], principals: [gateway]}),
        ...header('alice@example.com'),
      },
    },
    {what: 'probes from anywhere', rule: to({paths: PROBES})},
    {what: 'a probe from anywhere', rule: to({paths: ['/metrics'], methods: ['GET']}, {paths: ['/healthz']})},
    {what: 'a probe from somebody', rule: {...principals('*'), ...to({paths: ['/metrics']})}},
    {
      what: 'the notebook controller to ask for kernels',
      rule: {...principals(notebookController), ...to(KERNELS)},
    },
    {
      what: 'the notebook controller and the owner to ask for kernels',
      rule: {...principals(notebookController, gateway), ...to(KERNELS), ...header('alice@example.com')},
    },
    {
      what: 'a listed principal',
      rule: principals(MONITORING),
      difference: {network: {principals: [MONITORING]}},
    },
    {
      what: 'all of them, one source each',
      rule: {
        from: from({principals: [gateway]}, {namespaces: ['alice']}, {principals: [MONITORING]}),
        ...header('alice@example.com'),
      },
      difference: {network: {principals: [MONITORING]}},
    },
  ])('may allow $what', ({rule, difference}) => {
    expect(check({rules: [rule]}, difference)).toEqual([]);
    expect(check({action: 'ALLOW', rules: [rule]}, difference)).toEqual([]);
  });

  const speaks = (principal: string) => `principal "${principal}" speaks for every user`;
  const stranger = (principal: string) =>
    `principal "${principal}" is neither the tenant's nor the platform's`;
  const nobody = (user: string) => `user ${user} is neither the owner nor a collaborator`;
  const EVERYBODY = 'a rule without from lets in everybody';
  const ANYBODY = 'a source without principals and namespaces can be anybody';
  const CONTROLLER = 'the notebook controller needs no more than GET */api/kernels';
  const others = (field: string) => `${field} lets in all others`;

  test.each<{what: string; rule: unknown; found: string[]; difference?: Difference}>([
    {what: 'everybody', rule: {}, found: [`: ${EVERYBODY}`]},
    {what: 'everybody, by a text', rule: 'x', found: [`: ${EVERYBODY}`]},
    {what: 'everybody, from an empty list', rule: {from: []}, found: [`: ${EVERYBODY}`]},
    {
      what: 'everybody, from a map',
      rule: {from: {source: {namespaces: ['alice']}}},
      found: [`: ${EVERYBODY}`],
    },
    {what: 'everybody to do something', rule: to({methods: ['GET']}), found: [`: ${EVERYBODY}`]},
    {what: 'everybody with a header', rule: header('alice@example.com'), found: [`: ${EVERYBODY}`]},
    {
      what: 'everybody in a namespace that is not said',
      rule: when('source.namespace'),
      found: [`: ${EVERYBODY}`],
    },
    {
      what: 'a namespace of everybody',
      rule: when('source.namespace', '*'),
      found: [`.when[0].values[0]: namespace "*" is not the tenant's own`],
    },
    {
      what: 'another namespace beside the own one',
      rule: when('source.namespace', 'alice', 'bob'),
      found: [`.when[0].values[1]: namespace "bob" is not the tenant's own`],
    },
    {what: 'whatever source', rule: {from: from({})}, found: [`.from[0].source: ${ANYBODY}`]},
    {what: 'whatever is no source', rule: {from: [{}]}, found: [`.from[0]: ${ANYBODY}`]},
    {
      what: 'empty lists',
      rule: {from: from({principals: [], namespaces: []})},
      found: [`.from[0].source: ${ANYBODY}`],
    },
    ...['ipBlocks', 'remoteIpBlocks', 'requestPrincipals', 'serviceAccounts', 'trustDomains'].map(field => ({
      what: `${field} alone`,
      rule: {from: from({[field]: ['alice/default-editor']})},
      found: [`.from[0].source: ${ANYBODY}`],
    })),
    {
      what: 'another namespace',
      rule: {from: from({namespaces: ['alice', 'bob', 'alice*']})},
      found: [
        `.from[0].source.namespaces[1]: namespace "bob" is not the tenant's own`,
        `.from[0].source.namespaces[2]: namespace "alice*" is not the tenant's own`,
      ],
    },
    {
      what: 'everybody beside own pods',
      rule: {from: from({namespaces: ['alice']}, {})},
      found: [`.from[1].source: ${ANYBODY}`],
    },
    ...['*', '*/ns/alice/sa/x', 'cluster.local/ns/alice/sa/*', 'cluster.local/ns/*/sa/x', `${gateway}*`].map(
      principal => ({
        what: `principal ${principal}`,
        rule: {...principals(principal), ...header('alice@example.com')},
        found: [`.from[0].source.principals[0]: principal "${principal}" can be several`],
      }),
    ),
    {
      what: 'a principal that is no text',
      rule: principals(7),
      found: ['.from[0].source.principals[0]: principal (no text) can be several'],
    },
    ...[
      MONITORING,
      'cluster.local/ns/bob/sa/default-editor',
      'cluster.local/ns/alice2/sa/x',
      'other.mesh/ns/alice/sa/x',
      'x/cluster.local/ns/alice/sa/x',
      'cluster.local/ns/alice/sa/x/y',
      '/ns/alice/sa/x',
      'cluster.local/ns/alice/sa/',
      'cluster.local/xx/alice/sa/x',
      'cluster.local/ns/alice/xx/x',
      'alice',
      '',
    ].map(principal => ({
      what: `principal "${principal}"`,
      rule: {...principals(principal), ...header('alice@example.com'), ...to(KERNELS)},
      found: [`.from[0].source.principals[0]: ${stranger(principal)}`],
    })),
    {
      what: 'another principal beside a known one',
      rule: {...principals(gateway, MONITORING), ...header('alice@example.com')},
      found: [`.from[0].source.principals[1]: ${stranger(MONITORING)}`],
    },
    {
      what: 'a wrong namespace and a wrong principal',
      rule: {from: from({principals: [MONITORING], namespaces: ['monitoring']})},
      found: [
        `.from[0].source.principals[0]: ${stranger(MONITORING)}`,
        `.from[0].source.namespaces[0]: namespace "monitoring" is not the tenant's own`,
      ],
    },
    {
      what: 'every user',
      rule: principals(gateway, pipelinesUi),
      found: [
        `.from[0].source.principals[0]: ${speaks(gateway)}`,
        `.from[0].source.principals[1]: ${speaks(pipelinesUi)}`,
      ],
    },
    {
      what: 'every user, by an empty list',
      rule: {...principals(gateway), ...header()},
      found: [`.from[0].source.principals[0]: ${speaks(gateway)}`],
    },
    {
      what: 'every user, by another header',
      rule: {...principals(gateway), ...when('request.headers[x-user]', 'alice@example.com')},
      found: [`.from[0].source.principals[0]: ${speaks(gateway)}`],
    },
    {
      what: 'every user, by a claim',
      rule: {...principals(gateway), ...when('kubeflow-userid', 'alice@example.com')},
      found: [`.from[0].source.principals[0]: ${speaks(gateway)}`],
    },
    {
      what: 'the gateway to ask for kernels',
      rule: {...principals(gateway), ...to(KERNELS)},
      found: [`.from[0].source.principals[0]: ${speaks(gateway)}`],
    },
    {
      what: 'another user, said once for both principals',
      rule: {
        ...principals(gateway, pipelinesUi),
        ...header('alice@example.com', 'mallory@example.com', '*', 7),
      },
      found: [
        `.when[0].values[1]: ${nobody('"mallory@example.com"')}`,
        `.when[0].values[2]: ${nobody('"*"')}`,
        `.when[0].values[3]: ${nobody('(no text)')}`,
      ],
    },
    ...['*alice@example.com', 'alice@example.com*', 'Alice@example.com', 'x:alice@example.com', ''].map(
      user => ({
        what: `user "${user}"`,
        rule: {...principals(gateway), ...header(user)},
        found: [`.when[0].values[0]: ${nobody(`"${user}"`)}`],
      }),
    ),
    ...['*', '*alice', 'alice*'].flatMap(name => [
      {
        what: `an owner called ${name}`,
        rule: {...principals(gateway), ...header(name)},
        difference: {owner: {kind: 'User', name}},
        found: [`.when[0].values[0]: ${nobody(`"${name}"`)}`],
      },
      {
        what: `a collaborator called ${name}`,
        rule: {...principals(gateway), ...header(name)},
        difference: {collaborators: [{kind: 'User', name}]},
        found: [`.when[0].values[0]: ${nobody(`"${name}"`)}`],
      },
    ]),
    {
      what: 'an owner without a name',
      rule: {...principals(gateway), ...header('')},
      difference: {owner: {kind: 'User', name: ''}},
      found: [`.when[0].values[0]: ${nobody('""')}`],
    },
    {
      what: 'a user who is called as a group of collaborators',
      rule: {...principals(gateway), ...header('team')},
      difference: {collaborators: [{kind: 'Group', name: 'team'}]},
      found: [`.when[0].values[0]: ${nobody('"team"')}`],
    },
    {
      what: 'the notebook controller to do anything',
      rule: principals(notebookController),
      found: [`.from[0].source.principals[0]: ${CONTROLLER}`],
    },
    ...[
      {},
      {paths: KERNELS.paths},
      {methods: KERNELS.methods},
      {...KERNELS, methods: []},
      {...KERNELS, paths: []},
      {...KERNELS, methods: ['GET', 'POST']},
      {...KERNELS, methods: ['*']},
      {...KERNELS, paths: ['*/api/kernels', '/x']},
      {...KERNELS, paths: ['*']},
      {...KERNELS, paths: ['*/api/kernels*']},
    ].map(operation => ({
      what: `the notebook controller to do ${JSON.stringify(operation)}`,
      rule: {...principals(notebookController), ...to(KERNELS, operation)},
      found: [`.from[0].source.principals[0]: ${CONTROLLER}`],
    })),
    ...[
      {},
      {paths: []},
      {methods: ['GET']},
      {paths: ['/metrics', '/']},
      {paths: ['/metrics/']},
      {paths: ['/metrics*']},
      {paths: ['*/healthz']},
      {paths: '/metrics'},
    ].map(operation => ({
      what: `everybody to do ${JSON.stringify(operation)}`,
      rule: to({paths: ['/metrics']}, operation),
      found: [`: ${EVERYBODY}`],
    })),
    {what: 'everybody to do anything', rule: {to: [{}]}, found: [`: ${EVERYBODY}`]},
    {
      what: 'all others',
      rule: {
        from: from({notPrincipals: [gateway], namespaces: ['alice'], notNamespaces: ['bob']}),
        to: [{operation: {paths: ['/metrics'], notPaths: ['/healthz']}}],
        when: [{key: 'source.namespace', values: ['alice'], notValues: ['bob']}],
      },
      found: [
        `.from[0].source.notPrincipals: ${others('notPrincipals')}`,
        `.from[0].source.notNamespaces: ${others('notNamespaces')}`,
        `.to[0].operation.notPaths: ${others('notPaths')}`,
        `.when[0].notValues: ${others('notValues')}`,
      ],
    },
  ])('may not allow $what', ({rule, found, difference}) => {
    const violations = check({rules: [{from: from({namespaces: ['alice']})}, rule]}, difference);
    expect(lines(violations)).toEqual(
      found.map(line => `spec.rules[1]${line.replace(': ', ': cannot render AuthorizationPolicy: ')}`),
    );
    expect(new Set(violations.map(each => each.rule))).toEqual(new Set(['network/authorization']));
    expect(check({rules: [rule]}, {...difference, network: {open: true}})).toEqual([]);
  });

  test.each<{rule: unknown; hint: string}>([
    {rule: {}, hint: 'write from, with principals or namespaces; guards.network.open allows everybody'},
    {rule: {from: from({})}, hint: 'write principals or namespaces; guards.network.open allows everybody'},
    {
      rule: {from: from({namespaces: ['x']})},
      hint: 'write principals instead, and list them in guards.network.principals',
    },
    {rule: principals('*'), hint: 'write each without *'},
    {rule: principals(MONITORING), hint: 'guards.network.principals can list it'},
    {
      rule: principals(notebookController),
      hint: 'write methods: [GET] and paths: ["*/api/kernels"] for it alone; guards.network.principals can list it',
    },
    {
      rule: principals(gateway),
      hint: `write when, with key ${HEADER} and the owner's name; guards.network.principals can list it`,
    },
    {
      rule: {...principals(gateway), ...header('x')},
      hint: 'write the name with values.istio.userIdPrefix, and without * at either end',
    },
    {
      rule: {from: from({notNamespaces: ['x']})},
      hint: 'write who may call, or what nobody may in a policy with action: DENY',
    },
  ])('says what to write instead: $hint', ({rule, hint}) => {
    expect(check({rules: [rule]})).toMatchObject([{hint}]);
  });
});

describe('an AuthorizationPolicy', () => {
  test.each<{what: string; spec: unknown}>([
    {what: 'allow nothing, without a spec', spec: undefined},
    {what: 'allow nothing', spec: {}},
    {what: 'allow nothing by an empty list', spec: {action: 'ALLOW', rules: []}},
    {what: 'deny everybody everything', spec: {action: 'DENY', rules: [{}]}},
    {what: 'deny all others', spec: {action: 'DENY', rules: [{from: from({notPrincipals: ['*']})}]}},
    {what: 'be for some pods', spec: {selector: {matchLabels: {app: 'x'}}}},
    {what: 'have a target', spec: {targetRef: {kind: 'Service', name: 'x'}}},
    {
      what: 'have targets of its own namespace',
      spec: {
        targetRefs: [
          {kind: 'Service', name: 'x', namespace: 'alice'},
          {kind: 'Service', name: 'y'},
        ],
      },
    },
  ])('may $what', ({spec}) => {
    expect(check(spec, {}, {'istio.io/dry-run': 'false'})).toEqual([]);
  });

  test.each(['AUDIT', 'CUSTOM', 'allow', '', 1])('may not have action %j', action => {
    const found = check({action, rules: []});
    const shown = typeof action === 'string' ? `"${action}"` : '(no text)';
    expect(found).toEqual([
      {
        rule: 'network/authorization',
        path: ['spec', 'action'],
        message: `cannot render AuthorizationPolicy: action ${shown} leaves it to others who may call`,
        hint: 'write ALLOW or DENY',
      },
    ]);
  });

  test.each([
    {spec: {targetRef: {namespace: 'bob'}}, at: 'spec.targetRef.namespace'},
    {
      spec: {action: 'DENY', targetRefs: [{namespace: 'alice'}, {namespace: 'bob'}]},
      at: 'spec.targetRefs[1].namespace',
    },
  ])('may not have a target elsewhere: $at', ({spec, at}) => {
    const found = check(spec);
    expect(lines(found)).toEqual([
      `${at}: cannot render AuthorizationPolicy: its target is in namespace "bob"`,
    ]);
    expect(found[0]?.hint).toBe("leave namespace out for the tenant's own");
  });

  test.each(['ALLOW', 'DENY'])('with action %s may not be in dry run', action => {
    expect(check({action}, {}, {'istio.io/dry-run': 'true'})).toEqual([
      {
        rule: 'network/authorization',
        path: ['metadata', 'annotations', 'istio.io/dry-run'],
        message: 'cannot render AuthorizationPolicy: a policy in dry run keeps nobody out',
        hint: 'leave the annotation out; guards.network.open allows everybody',
      },
    ]);
  });
});
