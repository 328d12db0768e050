import {type Finding, type Place, unjudged} from './finding.ts';

/** Argo's, whatever they say: patches of pods, and objects of any kind that its pods create. */
const TEXT_KEYS = ['podSpecPatch', 'manifest'];

const POD_FIELDS = [
  'containers?',
  'initContainers',
  'ephemeralContainers',
  'podSpecPatch',
  'securityContext',
  'hostNetwork',
  'hostPID',
  'hostIPC',
  'hostPath',
  'privileged',
].join('|');

/** A pod's field as YAML has it at the start of a line, or JSON within braces. */
const POD_TEXT = new RegExp(
  `(^[ \\t]*(-[ \\t]+)?|[{,[][ \\t\\r\\n]*)[\\\\"']*(${POD_FIELDS})[\\\\"']*[ \\t\\r\\n]*:`,
  'm',
);

/** Refuses pods, and patches of pods, that are written as text: what they say cannot be judged. */
export function checkText({path, value}: Place<string>): Finding[] {
  const isPatch = value !== '' && TEXT_KEYS.includes(String(path.at(-1)));
  if (!isPatch && !POD_TEXT.test(value)) return [];
  return [unjudged(path, 'a text that holds part of a pod cannot be judged', 'write it as fields')];
}
