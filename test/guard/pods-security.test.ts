import {describe, expect, test} from 'vitest';
import {checkPods} from '../../src/guard/pods.ts';
import type {Json, JsonObject, KubernetesObject} from '../../src/kubernetes/object.ts';
import {guardContext} from '../support/guard.ts';
import {container, pod, podDefault, podSpec, refusals} from './pod-objects.ts';

const KINDS = [
  {kind: 'container', list: 'containers'},
  {kind: 'init container', list: 'initContainers'},
  {kind: 'ephemeral container', list: 'ephemeralContainers'},
] as const;

/** A pod in which a container of this kind differs, beside one that meets restricted. */
function podWith(list: string, changed: JsonObject, spec: JsonObject = {}): JsonObject {
  const others = list === 'containers' ? {} : {containers: [container()]};
  return pod(podSpec({...others, [list]: [changed], ...spec}));
}

interface Row {
  readonly field: string;
  readonly securityContext?: JsonObject;
  readonly fields?: JsonObject;
  readonly says: string;
}

const handler = (action: string) => ({[action]: {port: 80, host: '10.0.0.1'}});
const HANDLERS = ['httpGet', 'tcpSocket'].flatMap(action => [
  ...['livenessProbe', 'readinessProbe', 'startupProbe'].map(probe => ({
    field: `${probe}.${action}.host`,
    fields: {[probe]: handler(action)},
  })),
  ...['postStart', 'preStop'].map(event => ({
    field: `lifecycle.${event}.${action}.host`,
    fields: {lifecycle: {[event]: handler(action)}},
  })),
]);

const AT_BASELINE: readonly Row[] = [
  {
    field: 'securityContext.privileged',
    securityContext: {privileged: true},
    says: 'may only be false (Pod Security baseline: Privileged Containers)',
  },
  {
    field: 'securityContext.windowsOptions.hostProcess',
    securityContext: {windowsOptions: {hostProcess: true}},
    says: 'may only be false (Pod Security baseline: HostProcess)',
  },
  {
    field: 'securityContext.capabilities.add[1]',
    securityContext: {capabilities: {add: ['NET_BIND_SERVICE', 'NET_RAW'], drop: ['ALL']}},
    says: 'may only be a capability that containers have by default (Pod Security baseline: Capabilities)',
  },
  {
    field: 'ports[1].hostPort',
    fields: {ports: [{containerPort: 80}, {containerPort: 81, hostPort: 81}]},
    says: 'must be left out (Pod Security baseline: Host Ports)',
  },
  ...HANDLERS.map(row => ({
    ...row,
    says: 'must be left out (Pod Security baseline: Host Probes / Lifecycle Hooks)',
  })),
  {
    field: 'securityContext.appArmorProfile.type',
    securityContext: {appArmorProfile: {type: 'Unconfined'}},
    says: 'may only be RuntimeDefault or Localhost (Pod Security baseline: AppArmor)',
  },
  {
    field: 'securityContext.seLinuxOptions.type',
    securityContext: {seLinuxOptions: {type: 'spc_t'}},
    says: 'may only be container_t or container_init_t or container_kvm_t or container_engine_t (Pod Security baseline: SELinux)',
  },
  ...['user', 'role'].map(word => ({
    field: `securityContext.seLinuxOptions.${word}`,
    securityContext: {seLinuxOptions: {[word]: 'a'}},
    says: 'must be left out (Pod Security baseline: SELinux)',
  })),
  {
    field: 'securityContext.procMount',
    securityContext: {procMount: 'Unmasked'},
    says: 'may only be Default (Pod Security baseline: /proc Mount Type)',
  },
  {
    field: 'securityContext.seccompProfile.type',
    securityContext: {seccompProfile: {type: 'Unconfined'}},
    says: 'may only be RuntimeDefault or Localhost (Pod Security baseline: Seccomp)',
  },
];

const AT_RESTRICTED: readonly Row[] = [
  {
    field: 'securityContext.capabilities.add[0]',
    securityContext: {capabilities: {add: ['CHOWN', 'NET_BIND_SERVICE'], drop: ['ALL']}},
    says: 'may only be NET_BIND_SERVICE (Pod Security restricted: Capabilities)',
  },
  {
    field: 'securityContext.allowPrivilegeEscalation',
    securityContext: {allowPrivilegeEscalation: true},
    says: 'may only be false (Pod Security restricted: Privilege Escalation)',
  },
  {
    field: 'securityContext.runAsNonRoot',
    securityContext: {runAsNonRoot: false},
    says: 'may only be true (Pod Security restricted: Running as Non-root)',
  },
  {
    field: 'securityContext.runAsUser',
    securityContext: {runAsUser: 0},
    says: 'may not be 0 (Pod Security restricted: Running as Non-root user)',
  },
];

describe.each(KINDS)('what no $kind may set', ({kind, list}) => {
  test.each(AT_BASELINE)('$field, at either level', ({field, securityContext, fields, says}) => {
    const object = podWith(list, container(securityContext, fields));
    const line = `spec.${list}[0].${field}: cannot render Pod: ${kind} main sets ${field}, which ${says}`;
    expect(refusals(object, {podSecurity: 'baseline'})).toEqual([line]);
    expect(refusals(object, {podSecurity: 'restricted'})).toEqual([line]);
  });

  test.each(AT_RESTRICTED)('$field, at restricted only', ({field, securityContext, fields, says}) => {
    const object = podWith(list, container(securityContext, fields));
    const line = `spec.${list}[0].${field}: cannot render Pod: ${kind} main sets ${field}, which ${says}`;
    expect(refusals(object, {podSecurity: 'baseline'})).toEqual([]);
    expect(refusals(object, {podSecurity: 'restricted'})).toEqual([line]);
  });
});

describe.each(KINDS)('what every $kind must say at restricted', ({kind, list}) => {
  const control = {
    'allowPrivilegeEscalation: false': 'Privilege Escalation',
    'runAsNonRoot: true': 'Running as Non-root',
    'seccompProfile.type: RuntimeDefault': 'Seccomp',
    'capabilities.drop: [ALL]': 'Capabilities',
  };
  const missing = (path: string, line: keyof typeof control) =>
    `spec.${list}[0]${path}: cannot render Pod: ${kind} main does not say securityContext.${line} (Pod Security restricted: ${control[line]})`;

  test('all of it, where nothing says it', () => {
    const object = pod({automountServiceAccountToken: false, [list]: [{name: 'main', image: 'a'}]});
    expect(refusals(object)).toEqual([
      missing('', 'allowPrivilegeEscalation: false'),
      missing('', 'runAsNonRoot: true'),
      missing('', 'seccompProfile.type: RuntimeDefault'),
      missing('', 'capabilities.drop: [ALL]'),
    ]);
    expect(refusals(object, {podSecurity: 'baseline'})).toEqual([]);
  });

  test.each<{what: string; securityContext: JsonObject; path: string; line: keyof typeof control}>([
    {
      what: 'that it drops ALL, where it drops some',
      securityContext: {capabilities: {drop: ['NET_RAW']}},
      path: '.securityContext.capabilities.drop',
      line: 'capabilities.drop: [ALL]',
    },
    {
      what: 'that it drops ALL, in capital letters',
      securityContext: {capabilities: {drop: ['all']}},
      path: '.securityContext.capabilities.drop',
      line: 'capabilities.drop: [ALL]',
    },
    {
      what: 'that it drops ALL, in a list',
      securityContext: {capabilities: {drop: 'ALL'}},
      path: '.securityContext.capabilities.drop',
      line: 'capabilities.drop: [ALL]',
    },
    {
      what: 'that it drops ALL, where it adds only',
      securityContext: {capabilities: {add: ['NET_BIND_SERVICE']}},
      path: '.securityContext.capabilities',
      line: 'capabilities.drop: [ALL]',
    },
  ])('$what', ({securityContext, path, line}) => {
    expect(refusals(podWith(list, container(securityContext)))).toEqual([missing(path, line)]);
  });
});

describe('what the pod says', () => {
  test.each(['runAsNonRoot', 'seccompProfile'])('%s need not be said again by containers', field => {
    const spec = podSpec({}, {[field]: null as unknown as Json});
    const own = {...spec, containers: [container({runAsNonRoot: true, seccompProfile: {type: 'Localhost'}})]};
    expect(refusals(pod(spec))).toHaveLength(1);
    expect(refusals(pod(own))).toEqual([]);
  });

  test.each([
    {field: 'allowPrivilegeEscalation', value: false, word: 'allowPrivilegeEscalation: false'},
    {field: 'capabilities', value: {drop: ['ALL']}, word: 'capabilities.drop: [ALL]'},
  ])('$field is no word for its containers', ({field, value, word}) => {
    const changed = container({[field]: null as unknown as Json});
    const found = refusals(pod(podSpec({containers: [changed]}, {[field]: value})));
    expect(found).toEqual([expect.stringContaining(`container main does not say securityContext.${word}`)]);
  });

  test.each<{
    field: string;
    spec?: JsonObject;
    securityContext?: JsonObject;
    says: string;
    isBaseline: boolean;
  }>([
    ...['hostNetwork', 'hostPID', 'hostIPC'].map(field => ({
      field,
      spec: {[field]: true},
      says: 'may only be false (Pod Security baseline: Host Namespaces)',
      isBaseline: false,
    })),
    {
      field: 'securityContext.windowsOptions.hostProcess',
      securityContext: {windowsOptions: {hostProcess: true}},
      says: 'may only be false (Pod Security baseline: HostProcess)',
      isBaseline: false,
    },
    {
      field: 'securityContext.appArmorProfile.type',
      securityContext: {appArmorProfile: {type: 'Unconfined'}},
      says: 'may only be RuntimeDefault or Localhost (Pod Security baseline: AppArmor)',
      isBaseline: false,
    },
    {
      field: 'securityContext.seLinuxOptions.role',
      securityContext: {seLinuxOptions: {type: '', user: '', role: 'a'}},
      says: 'must be left out (Pod Security baseline: SELinux)',
      isBaseline: false,
    },
    {
      field: 'securityContext.seccompProfile.type',
      securityContext: {seccompProfile: {type: 'Unconfined'}},
      says: 'may only be RuntimeDefault or Localhost (Pod Security baseline: Seccomp)',
      isBaseline: false,
    },
    {
      field: 'securityContext.sysctls[1].name',
      securityContext: {sysctls: [{name: 'net.ipv4.tcp_rmem'}, {name: 'kernel.msgmax'}]},
      says: 'may only be a sysctl that Kubernetes calls safe (Pod Security baseline: Sysctls)',
      isBaseline: false,
    },
    {
      field: 'securityContext.runAsNonRoot',
      securityContext: {runAsNonRoot: false},
      says: 'may only be true (Pod Security restricted: Running as Non-root)',
      isBaseline: true,
    },
    {
      field: 'securityContext.runAsUser',
      securityContext: {runAsUser: 0},
      says: 'may not be 0 (Pod Security restricted: Running as Non-root user)',
      isBaseline: true,
    },
  ])('may not be $field wrongly', ({field, spec, securityContext, says, isBaseline}) => {
    const object = pod(podSpec(spec, securityContext));
    const line = `spec.${field}: cannot render Pod: the pod sets ${field}, which ${says}`;
    expect(refusals(object)).toEqual([line]);
    expect(refusals(object, {podSecurity: 'baseline'})).toEqual(isBaseline ? [] : [line]);
  });
});

describe('passes at restricted', () => {
  const SAFE_SYSCTLS = [
    'kernel.shm_rmid_forced',
    'net.ipv4.ip_local_port_range',
    'net.ipv4.ip_local_reserved_ports',
    'net.ipv4.ip_unprivileged_port_start',
    'net.ipv4.ping_group_range',
    'net.ipv4.tcp_fin_timeout',
    'net.ipv4.tcp_keepalive_intvl',
    'net.ipv4.tcp_keepalive_probes',
    'net.ipv4.tcp_keepalive_time',
    'net.ipv4.tcp_rmem',
    'net.ipv4.tcp_syncookies',
    'net.ipv4.tcp_wmem',
  ];

  test.each<{what: string; object: JsonObject}>([
    {what: 'a pod that says all there is to say', object: pod()},
    {
      what: 'host namespaces that are false',
      object: pod(podSpec({hostNetwork: false, hostPID: false, hostIPC: false})),
    },
    ...SAFE_SYSCTLS.map(name => ({what: `sysctl ${name}`, object: pod(podSpec({}, {sysctls: [{name}]}))})),
    ...['', 'container_t', 'container_init_t', 'container_kvm_t', 'container_engine_t'].map(type => ({
      what: `SELinux type "${type}"`,
      object: pod(podSpec({}, {seLinuxOptions: {type, user: '', role: '', level: 's0'}})),
    })),
    ...['RuntimeDefault', 'Localhost'].map(type => ({
      what: `profiles ${type}`,
      object: pod(podSpec({}, {seccompProfile: {type}, appArmorProfile: {type}})),
    })),
    {what: 'user 1', object: pod(podSpec({}, {runAsUser: 1}))},
    {
      what: 'a container that says what it may',
      object: podWith(
        'containers',
        container(
          {
            privileged: false,
            procMount: 'Default',
            capabilities: {add: ['NET_BIND_SERVICE'], drop: ['NET_RAW', 'ALL']},
            windowsOptions: {hostProcess: false},
          },
          {
            ports: [{containerPort: 80, hostPort: 0}],
            livenessProbe: {httpGet: {port: 80, host: ''}},
            readinessProbe: {exec: {command: ['true']}},
          },
        ),
      ),
    },
  ])('$what', ({object}) => {
    expect(refusals(object)).toEqual([]);
  });
});

test.each([
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
])('capability %s passes at baseline', name => {
  const changed = container({capabilities: {add: [name], drop: ['ALL']}});
  expect(refusals(podWith('containers', changed), {podSecurity: 'baseline'})).toEqual([]);
});

describe('pods on Windows', () => {
  const bare = {containers: [{name: 'main', image: 'a'}]};

  test('need not say what Windows does not have', () => {
    expect(
      refusals(pod(podSpec({...bare, os: {name: 'windows'}}, {seccompProfile: null as unknown as Json}))),
    ).toEqual([]);
  });

  test('must run as another user than root', () => {
    const object = pod({...bare, os: {name: 'windows'}, automountServiceAccountToken: false});
    expect(refusals(object)).toEqual([expect.stringContaining('Running as Non-root)')]);
  });

  test('are let off nothing else', () => {
    const main = {name: 'main', image: 'a', ports: [{hostPort: 80}]};
    const object = pod(podSpec({containers: [main], os: {name: 'windows'}, hostPID: true}));
    expect(refusals(object)).toHaveLength(2);
  });

  test.each([{os: {name: 'linux'}}, {os: 'windows'}, {os: {}}])('are none with $os', fields => {
    expect(refusals(pod(podSpec({...bare, ...fields})))).toHaveLength(2);
  });
});

describe('pods with users of their own', () => {
  const root = container({runAsNonRoot: false, runAsUser: 0});

  test('may be root', () => {
    expect(refusals(pod(podSpec({hostUsers: false, containers: [root]}, {runAsNonRoot: false})))).toEqual([]);
    expect(
      refusals(pod({...podSpec(), hostUsers: false, securityContext: {seccompProfile: {type: 'Localhost'}}})),
    ).toEqual([]);
  });

  test.each([true, undefined, 'false'])('are none with hostUsers: %s', hostUsers => {
    const object = pod(podSpec({hostUsers: hostUsers as Json, containers: [root]}));
    expect(refusals(object)).toHaveLength(2);
  });

  test('may unmask /proc at baseline only', () => {
    const object = pod(podSpec({hostUsers: false, containers: [container({procMount: 'Unmasked'})]}));
    expect(refusals(object, {podSecurity: 'baseline'})).toEqual([]);
    expect(refusals(object)).toEqual([
      'spec.containers[0].securityContext.procMount: cannot render Pod: container main sets securityContext.procMount, which may only be Default (Pod Security restricted: /proc Mount Type)',
    ]);
  });
});

describe('volumes', () => {
  test.each([
    'configMap',
    'csi',
    'downwardAPI',
    'emptyDir',
    'ephemeral',
    'image',
    'persistentVolumeClaim',
    'projected',
    'secret',
  ])('may be of type %s', type => {
    expect(refusals(pod(podSpec({volumes: [{name: 'a', [type]: {}}]})))).toEqual([]);
  });

  test('may leave the type out, for an emptyDir', () => {
    expect(refusals(pod(podSpec({volumes: [{name: 'a'}]})))).toEqual([]);
  });

  test.each(['nfs', 'gitRepo', 'iscsi', 'somethingNew'])('may be of type %s at baseline only', type => {
    const object = pod(podSpec({volumes: [{name: 'a', [type]: {}}]}));
    expect(refusals(object, {podSecurity: 'baseline'})).toEqual([]);
    expect(refusals(object)).toEqual([
      `spec.volumes[0].${type}: cannot render Pod: volume a is of type ${type} (Pod Security restricted: Volume Types)`,
    ]);
  });

  test.each(['baseline', 'restricted'] as const)('are never of the host, at %s', podSecurity => {
    const object = pod(
      podSpec({
        volumes: [
          {name: 'a', emptyDir: {}},
          {hostPath: {path: '/'}, emptyDir: {}},
        ],
      }),
    );
    expect(refusals(object, {podSecurity})).toEqual([
      'spec.volumes[1].hostPath: cannot render Pod: volume without a name is of type hostPath (Pod Security baseline: HostPath Volumes)',
    ]);
  });
});

describe('annotations for AppArmor', () => {
  const key = 'container.apparmor.security.beta.kubernetes.io/main';

  test.each(['', 'runtime/default', 'localhost/a'])('may be "%s"', profile => {
    expect(refusals(pod(podSpec(), {[key]: profile}))).toEqual([]);
  });

  test.each<Json>(['unconfined', 'runtime/default2', 'a/localhost/', true])('may not be %s', profile => {
    const line = `metadata.annotations["${key}"]: cannot render Pod: an annotation for container main may only be runtime/default or localhost/… (Pod Security baseline: AppArmor)`;
    expect(refusals(pod(podSpec(), {[key]: profile}), {podSecurity: 'baseline'})).toEqual([line]);
  });

  test('have a hint', () => {
    const object = pod(podSpec(), {[key]: 'unconfined'}) as KubernetesObject;
    expect(checkPods(object, guardContext())).toMatchObject([{hint: 'leave the annotation out'}]);
  });

  test('are told from labels', () => {
    expect(refusals(pod(podSpec({nodeSelector: {[key]: 'unconfined'}})))).toEqual([]);
  });

  test('are told from others', () => {
    expect(refusals(pod(podSpec(), {[`x.${key}`]: 'unconfined', other: 'unconfined'}))).toEqual([]);
  });
});

describe('what cannot be read', () => {
  test.each<{what: string; object: JsonObject; path: string; says: string}>([
    {
      what: "a pod's securityContext",
      object: pod(
        podSpec({
          securityContext: 'x',
          containers: [container({runAsNonRoot: true, seccompProfile: {type: 'Localhost'}})],
        }),
      ),
      path: 'spec.securityContext',
      says: 'the pod cannot be judged: securityContext is not a map (Pod Security baseline: Privileged Containers)',
    },
    {
      what: "a container's ports",
      object: podWith('containers', container({}, {ports: {hostPort: 80}})),
      path: 'spec.containers[0].ports',
      says: 'container main cannot be judged: ports is not a list (Pod Security baseline: Host Ports)',
    },
    {
      what: 'volumes',
      object: pod(podSpec({volumes: {a: {hostPath: {}}}})),
      path: 'spec.volumes',
      says: 'the pod cannot be judged: volumes is not a list (Pod Security baseline: Volume Types)',
    },
    {
      what: 'a volume',
      object: pod(podSpec({volumes: ['hostPath']})),
      path: 'spec.volumes[0]',
      says: 'the pod cannot be judged: a volume is not a map (Pod Security baseline: Volume Types)',
    },
    {
      what: 'a container',
      object: pod(podSpec({containers: [container(), 'privileged']})),
      path: 'spec.containers[1]',
      says: 'its pods cannot be judged: a container is not a map',
    },
  ])('is refused: $what', ({object, path, says}) => {
    expect(refusals(object, {podSecurity: 'baseline'}, 'pods/security')).toEqual([
      `${path}: cannot render Pod: ${says}`,
    ]);
  });

  test.each<{what: string; securityContext: JsonObject}>([
    {what: 'privileged', securityContext: {privileged: 'true'}},
    {what: 'privileged', securityContext: {privileged: 1}},
    {what: 'a user', securityContext: {runAsUser: '0'}},
    {what: 'a profile without a type', securityContext: {appArmorProfile: {}}},
  ])('is refused as a value: $what', ({securityContext}) => {
    expect(refusals(podWith('containers', container(securityContext)))).toHaveLength(1);
  });
});

describe('a violation', () => {
  test.each<{what: string; object: JsonObject; hint: string}>([
    {what: 'names the value to write', object: pod(podSpec({hostPID: true})), hint: 'write hostPID: false'},
    {
      what: 'says to leave out what is best left out',
      object: podWith('containers', container({}, {ports: [{hostPort: 1}]})),
      hint: 'leave ports.hostPort out',
    },
    {
      what: 'names the value that allows it',
      object: podWith('containers', container({allowPrivilegeEscalation: true})),
      hint: 'write securityContext.allowPrivilegeEscalation: false, or set guards.podSecurity: baseline',
    },
    {
      what: 'says where a missing field may stand',
      object: pod(podSpec({}, {runAsNonRoot: null as unknown as Json})),
      hint: 'write securityContext.runAsNonRoot: true for the container or for the pod, or set guards.podSecurity: baseline',
    },
    {
      what: 'says of a PodDefault only that the container may',
      object: podDefault({sidecars: [container({seccompProfile: {type: 'Localhost'}})]}),
      hint: 'write securityContext.runAsNonRoot: true, or set guards.podSecurity: baseline',
    },
    {
      what: 'says what volumes there are',
      object: pod(podSpec({volumes: [{name: 'a', hostPath: {}}]})),
      hint: 'use a persistentVolumeClaim, an emptyDir or what else restricted pods may have',
    },
    {
      what: 'says how to write what cannot be read',
      object: pod(podSpec({volumes: 'a'})),
      hint: 'write a list',
    },
    {
      what: 'says how to write what else cannot be read',
      object: pod(
        podSpec({
          securityContext: 1,
          containers: [container({runAsNonRoot: true, seccompProfile: {type: 'Localhost'}})],
        }),
      ),
      hint: 'write a map',
    },
  ])('$what', ({object, hint}) => {
    const [violation] = checkPods(object as KubernetesObject, guardContext());
    expect(violation).toMatchObject({rule: 'pods/security', hint});
  });

  test('names a container without a name by its number', () => {
    const nameless = container({privileged: true}, {name: ''});
    const object = pod(podSpec({containers: [container(), nameless]}));
    expect(refusals(object)).toEqual([
      expect.stringContaining('container number 2 sets securityContext.privileged'),
    ]);
  });

  test('shows no more of a name than fits a line', () => {
    const object = podWith('containers', container({privileged: true}, {name: `a\n${'b'.repeat(100)}`}));
    expect(refusals(object)).toEqual([expect.stringContaining(`container a?${'b'.repeat(61)} sets`)]);
  });
});
