import type {GuardValues} from '../context.ts';
import type {Finding, Path} from './finding.ts';

/** A level of Kubernetes' Pod Security Standards. */
export type Level = GuardValues['podSecurity'];

/** A finding against a control of Kubernetes' Pod Security Standards, with the way out. */
export function securityFinding(
  {control, level}: {readonly control: string; readonly level: Level},
  {path, reason, instead}: {readonly path: Path; readonly reason: string; readonly instead: string},
): Finding {
  const allow = level === 'restricted' ? ', or set guards.podSecurity: baseline' : '';
  return {
    rule: 'pods/security',
    path,
    reason: `${reason} (Pod Security ${level}: ${control})`,
    hint: `${instead}${allow}`,
  };
}
