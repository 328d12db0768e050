import type {Json} from '../../kubernetes/object.ts';
import {EACH} from './field.ts';
import type {Exemption} from './pod.ts';
import type {Level} from './security-finding.ts';

/** A field that may have some values only. */
export interface Forbidden {
  /** As Kubernetes' Pod Security Standards call it. */
  readonly control: string;
  readonly level: Level;
  readonly field: readonly string[];
  readonly isAllowed: (value: Json | undefined) => boolean;
  /** What follows "which". */
  readonly rule: string;
  /** What to write there; nothing where it is best left out. */
  readonly write?: Json;
  readonly unless?: Exemption;
}

const CONTEXT = 'securityContext';

const HANDLERS = [
  ['livenessProbe'],
  ['readinessProbe'],
  ['startupProbe'],
  ['lifecycle', 'postStart'],
  ['lifecycle', 'preStop'],
];

const DEFAULT_CAPABILITIES = [
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
];

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

const PROFILE_TYPES = ['RuntimeDefault', 'Localhost'];

const SELINUX_TYPES = ['container_t', 'container_init_t', 'container_kvm_t', 'container_engine_t'];

/**
 * What Pod Security forbids, as k8s.io/pod-security-admission v0.36 has it. Each field is looked for in pods and in
 * containers alike: where it has no meaning it cannot stand.
 */
export const FORBIDDEN: readonly Forbidden[] = [
  ...['hostNetwork', 'hostPID', 'hostIPC'].map(field =>
    only('Host Namespaces', 'baseline', [field], [undefined, false]),
  ),
  only('Privileged Containers', 'baseline', [CONTEXT, 'privileged'], [undefined, false]),
  only('HostProcess', 'baseline', [CONTEXT, 'windowsOptions', 'hostProcess'], [undefined, false]),
  {
    ...only('Capabilities', 'baseline', [CONTEXT, 'capabilities', 'add', EACH], DEFAULT_CAPABILITIES),
    rule: 'may only be a capability that containers have by default',
  },
  unset('Host Ports', ['ports', EACH, 'hostPort'], 0),
  ...HANDLERS.flatMap(handler =>
    ['httpGet', 'tcpSocket'].map(action =>
      unset('Host Probes / Lifecycle Hooks', [...handler, action, 'host'], ''),
    ),
  ),
  only('AppArmor', 'baseline', [CONTEXT, 'appArmorProfile', 'type'], PROFILE_TYPES),
  only('SELinux', 'baseline', [CONTEXT, 'seLinuxOptions', 'type'], [undefined, '', ...SELINUX_TYPES]),
  unset('SELinux', [CONTEXT, 'seLinuxOptions', 'user'], ''),
  unset('SELinux', [CONTEXT, 'seLinuxOptions', 'role'], ''),
  {
    ...only('/proc Mount Type', 'baseline', [CONTEXT, 'procMount'], [undefined, 'Default']),
    unless: 'userNamespace',
  },
  only('Seccomp', 'baseline', [CONTEXT, 'seccompProfile', 'type'], PROFILE_TYPES),
  {
    ...only('Sysctls', 'baseline', [CONTEXT, 'sysctls', EACH, 'name'], SAFE_SYSCTLS),
    rule: 'may only be a sysctl that Kubernetes calls safe',
  },
  only('/proc Mount Type', 'restricted', [CONTEXT, 'procMount'], [undefined, 'Default']),
  only('Capabilities', 'restricted', [CONTEXT, 'capabilities', 'add', EACH], ['NET_BIND_SERVICE']),
  only('Privilege Escalation', 'restricted', [CONTEXT, 'allowPrivilegeEscalation'], [undefined, false]),
  {
    ...only('Running as Non-root', 'restricted', [CONTEXT, 'runAsNonRoot'], [undefined, true]),
    unless: 'userNamespace',
  },
  {
    ...only('Running as Non-root user', 'restricted', [CONTEXT, 'runAsUser'], []),
    isAllowed: value => value === undefined || (typeof value === 'number' && value !== 0),
    rule: 'may not be 0',
    unless: 'userNamespace',
  },
];

/** A field with one of these values; `undefined` and nothing: it may be left out. */
function only(
  control: string,
  level: Level,
  field: readonly string[],
  allowed: readonly (Json | undefined)[],
): Forbidden {
  const words = allowed.filter(value => value !== undefined && value !== '');
  const [write] = field.includes(EACH) ? [] : words;
  return {
    control,
    level,
    field,
    isAllowed: value => allowed.includes(value),
    rule: `may only be ${words.join(' or ')}`,
    ...(write !== undefined && {write}),
  };
}

/** A field that must not be there, or say nothing. */
function unset(control: string, field: readonly string[], nothing: Json): Forbidden {
  return {
    control,
    level: 'baseline',
    field,
    isAllowed: value => value === undefined || value === nothing,
    rule: 'must be left out',
  };
}
