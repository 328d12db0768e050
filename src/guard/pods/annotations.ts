import {type JsonObject, ownValue} from '../../kubernetes/object.ts';
import {printable} from '../../printable.ts';
import {type Finding, type Place, unjudged} from './finding.ts';
import {securityFinding} from './security-finding.ts';

const APPARMOR_PREFIX = 'container.apparmor.security.beta.kubernetes.io/';

/** By these Istio's webhook changes a pod, its volumes and images included, or what reaches it past the sidecar. */
const ISTIO_KEY = /^(?:[a-z]+\.)*(?:sidecar|inject|traffic)\.istio\.io\//;

/** The sidecar itself, and how much of the machine it takes. */
const ISTIO_HARMLESS: {readonly [key: string]: RegExp} = {
  'sidecar.istio.io/inject': /^true$/,
  'sidecar.istio.io/proxyCPU': /^[\w.]+$/,
  'sidecar.istio.io/proxyCPULimit': /^[\w.]+$/,
  'sidecar.istio.io/proxyMemory': /^[\w.]+$/,
  'sidecar.istio.io/proxyMemoryLimit': /^[\w.]+$/,
  'sidecar.istio.io/logLevel': /^\w+$/,
};

/** Holds annotations to Pod Security, wherever they stand: controllers copy some of them to pods. */
export function checkAnnotations(place: Place<JsonObject>): Finding[] {
  return [...checkAppArmor(place), ...checkIstio(place)];
}

function checkIstio({path, value}: Place<JsonObject>): Finding[] {
  return Object.entries(value)
    .filter(([key, text]) => {
      const harmless = ownValue(ISTIO_HARMLESS, key);
      return ISTIO_KEY.test(key) && !(typeof text === 'string' && harmless?.test(text));
    })
    .map(([key]) => {
      const reason =
        'an annotation by which Istio changes the pod, or goes past its sidecar, cannot be judged';
      return unjudged([...path, key], reason, 'leave the annotation out');
    });
}

function checkAppArmor({path, value}: Place<JsonObject>): Finding[] {
  return Object.entries(value)
    .filter(([key, profile]) => key.startsWith(APPARMOR_PREFIX) && !isAllowed(profile))
    .map(([key]) => {
      const container = printable(key.slice(APPARMOR_PREFIX.length), 63);
      const reason = `an annotation for container ${container} may only be runtime/default or localhost/…`;
      const instead = 'leave the annotation out';
      const control = {control: 'AppArmor', level: 'baseline'} as const;
      return securityFinding(control, {path: [...path, key], reason, instead});
    });
}

function isAllowed(profile: unknown): boolean {
  if (typeof profile !== 'string') return false;
  return ['', 'runtime/default'].includes(profile) || profile.startsWith('localhost/');
}
