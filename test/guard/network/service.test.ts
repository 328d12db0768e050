import {describe, expect, test} from 'vitest';
import {checkNetworkObject} from '../../../src/guard/network.ts';
import {type Difference, guardContext, lines, object} from '../network-context.ts';

type Network = NonNullable<Difference['network']>;

const check = (spec: unknown, network: Network = {}) =>
  checkNetworkObject(object('v1', 'Service', {spec, status: {loadBalancer: {}}}), guardContext({network}));

describe('a Service', () => {
  test.each<{what: string; spec: unknown; network?: Network}>([
    {what: 'of no type', spec: {ports: [{port: 80, targetPort: 3000}]}},
    {what: 'of the type of all', spec: {type: 'ClusterIP', externalIPs: []}},
    {what: 'without an address', spec: {clusterIP: 'None', selector: {app: 'x'}}},
    {what: 'without a spec', spec: undefined},
    {
      what: 'of a listed type, with what belongs to it',
      spec: {
        type: 'LoadBalancer',
        loadBalancerIP: '1.2.3.4',
        loadBalancerClass: 'x/y',
        loadBalancerSourceRanges: ['0.0.0.0/0'],
        allocateLoadBalancerNodePorts: false,
        healthCheckNodePort: 30001,
        ports: [{port: 80, nodePort: 30000}],
      },
      network: {serviceTypes: ['LoadBalancer']},
    },
    {
      what: 'with node ports',
      spec: {type: 'NodePort', ports: [{port: 80, nodePort: 30000}]},
      network: {serviceTypes: ['NodePort']},
    },
    {
      what: 'that is a name',
      spec: {type: 'ExternalName', externalName: 'example.com'},
      network: {serviceTypes: ['ExternalName']},
    },
    {
      what: 'with listed addresses, however they are written',
      spec: {externalIPs: ['203.0.113.7', '2001:db8:0::1']},
      network: {externalIPs: ['2001:db8::1', '203.0.113.7']},
    },
  ])('may stand $what', ({spec, network}) => {
    expect(check(spec, network)).toEqual([]);
  });

  test.each<{what: string; spec: unknown; network?: Network; found: string[]; list?: string}>([
    {
      what: 'a load balancer',
      spec: {type: 'LoadBalancer'},
      found: ['spec.type: type "LoadBalancer" is not listed'],
    },
    {what: 'node ports', spec: {type: 'NodePort'}, found: ['spec.type: type "NodePort" is not listed']},
    {
      what: 'another name',
      spec: {type: 'ExternalName', externalName: 'bob.example.com'},
      found: [
        'spec.type: type "ExternalName" is not listed',
        'spec.externalName: externalName is for type ExternalName, which is not listed',
      ],
    },
    {
      what: 'an unknown type',
      spec: {type: 'clusterip'},
      found: ['spec.type: type "clusterip" is not listed'],
    },
    {
      what: 'a type that is no text',
      spec: {type: ['ClusterIP']},
      found: ['spec.type: type (no text) is not listed'],
    },
    {
      what: 'the type of all, where it is not listed',
      spec: {ports: []},
      network: {serviceTypes: ['NodePort']},
      found: ['spec: type "ClusterIP" is not listed'],
    },
    ...[
      'loadBalancerIP',
      'loadBalancerClass',
      'loadBalancerSourceRanges',
      'allocateLoadBalancerNodePorts',
      'healthCheckNodePort',
    ].map(field => ({
      what: field,
      spec: {[field]: false},
      network: {serviceTypes: ['ClusterIP', 'NodePort', 'ExternalName']},
      found: [`spec.${field}: ${field} is for type LoadBalancer, which is not listed`],
    })),
    {
      what: 'a name for another type',
      spec: {externalName: ''},
      network: {serviceTypes: ['ClusterIP', 'NodePort', 'LoadBalancer']},
      found: ['spec.externalName: externalName is for type ExternalName, which is not listed'],
    },
    {
      what: 'a node port for another type',
      spec: {ports: [{port: 80}, {port: 81, nodePort: 30000}]},
      network: {serviceTypes: ['ClusterIP', 'ExternalName']},
      found: ['spec.ports[1].nodePort: nodePort is for type NodePort or LoadBalancer, which is not listed'],
    },
    {
      what: 'an address of others',
      spec: {externalIPs: ['203.0.113.7', '8.8.8.8', 7]},
      network: {externalIPs: ['203.0.113.7']},
      found: [
        'spec.externalIPs[1]: external IP "8.8.8.8" is not listed',
        'spec.externalIPs[2]: external IP (no text) is not listed',
      ],
      list: 'guards.network.externalIPs',
    },
    {
      what: 'several things',
      spec: {type: 'NodePort', externalIPs: ['8.8.8.8'], ports: [{nodePort: 1}]},
      network: {open: true},
      found: [
        'spec.type: type "NodePort" is not listed',
        'spec.ports[0].nodePort: nodePort is for type NodePort or LoadBalancer, which is not listed',
        'spec.externalIPs[0]: external IP "8.8.8.8" is not listed',
      ],
    },
  ])('may not have $what', ({spec, network, found, list = 'guards.network.serviceTypes'}) => {
    const violations = check(spec, network);
    expect(lines(violations)).toEqual(found.map(line => line.replace(': ', ': cannot render Service: ')));
    expect(violations[0]).toMatchObject({rule: 'network/service', hint: `${list} can list it`});
  });
});

const endpoints = (...subsets: unknown[]) => object('v1', 'Endpoints', {subsets});
const slice = (...endpointsOfSlice: unknown[]) =>
  object('discovery.k8s.io/v1', 'EndpointSlice', {addressType: 'IPv4', endpoints: endpointsOfSlice});

describe('endpoints of a Service', () => {
  test.each([
    endpoints(),
    endpoints({addresses: [{ip: '203.0.113.7'}], notReadyAddresses: [{ip: '203.0.113.8'}]}),
    slice(),
    slice({addresses: ['203.0.113.7', '203.0.113.8']}),
  ])('may be at listed addresses: $kind', judged => {
    expect(checkNetworkObject(judged, guardContext({network: {cidrs: ['203.0.113.0/24']}}))).toEqual([]);
  });

  test.each([
    {
      judged: endpoints(
        {addresses: [{ip: '203.0.113.7'}, {ip: '10.0.0.1'}]},
        {notReadyAddresses: [{ip: '10.0.0.2'}, {}]},
      ),
      found: [
        'subsets[0].addresses[1].ip: cannot render Endpoints: address "10.0.0.1" is not within a listed block',
        'subsets[1].notReadyAddresses[0].ip: cannot render Endpoints: address "10.0.0.2" is not within a listed block',
        'subsets[1].notReadyAddresses[1]: cannot render Endpoints: address (no text) is not within a listed block',
      ],
    },
    {
      judged: slice({addresses: ['203.0.113.7']}, {addresses: ['bob.example.com', '10.0.0.1']}),
      found: [
        'endpoints[1].addresses[0]: cannot render EndpointSlice: address "bob.example.com" is not within a listed block',
        'endpoints[1].addresses[1]: cannot render EndpointSlice: address "10.0.0.1" is not within a listed block',
      ],
    },
  ])('may not be anywhere else: $judged.kind', ({judged, found}) => {
    const violations = checkNetworkObject(judged, guardContext({network: {cidrs: ['203.0.113.0/24']}}));
    expect(lines(violations)).toEqual(found);
    expect(violations[0]).toMatchObject({
      rule: 'network/service',
      hint: 'let a Service select pods; guards.network.cidrs can list addresses outside the cluster',
    });
    expect(checkNetworkObject(judged, guardContext({network: {open: true}}))).toEqual([]);
  });
});
