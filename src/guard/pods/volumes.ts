import {isJsonObject, type JsonObject} from '../../kubernetes/object.ts';
import {shownWord} from '../../printable.ts';
import {EACH, readField} from './field.ts';
import type {Finding, Place} from './finding.ts';
import type {Pod} from './pod.ts';
import {type Level, securityFinding} from './security-finding.ts';

const ALLOWED_TYPES = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'image',
  'persistentVolumeClaim',
  'projected',
  'secret',
];

/** Holds a pod's volumes to a level of Kubernetes' Pod Security Standards. */
export function checkVolumes(pod: Pod, level: Level): Finding[] {
  return readField(pod.spec, ['volumes', EACH], pod.path).flatMap(reading => {
    const {path} = reading;
    if (reading.isReadable && isJsonObject(reading.value))
      return checkVolume({path, value: reading.value}, level);
    // In a part, the field may well be another one of the same name.
    if (pod.form === 'part') return [];
    const wanted = reading.isReadable ? 'map' : reading.wanted;
    const what = reading.isReadable ? 'a volume' : 'volumes';
    const reason = `the pod cannot be judged: ${what} is not a ${wanted}`;
    const control = {control: 'Volume Types', level: 'baseline'} as const;
    return [securityFinding(control, {path, reason, instead: `write a ${wanted}`})];
  });
}

function checkVolume({path, value}: Place<JsonObject>, level: Level): Finding[] {
  const volume = `volume ${typeof value.name === 'string' ? shownWord(value.name) : 'without a name'}`;
  // One without a type becomes an emptyDir.
  const types = Object.keys(value).filter(key => key !== 'name' && !ALLOWED_TYPES.includes(key));
  return types
    .filter(type => level === 'restricted' || type === 'hostPath')
    .map(type => {
      const isHostPath = type === 'hostPath';
      return securityFinding(
        isHostPath
          ? {control: 'HostPath Volumes', level: 'baseline'}
          : {control: 'Volume Types', level: 'restricted'},
        {
          path: [...path, type],
          reason: `${volume} is of type ${shownWord(type)}`,
          instead: 'use a persistentVolumeClaim, an emptyDir or what else restricted pods may have',
        },
      );
    });
}
