import {isJsonObject, type JsonObject} from '../kubernetes/object.ts';
import type {GuardValues} from './context.ts';
import {keyOf} from './fields/by-kind.ts';
import {kindOf} from './fields/check.ts';
import {checkAnnotations} from './pods/annotations.ts';
import {findPods} from './pods/find.ts';
import {type Finding, unjudged} from './pods/finding.ts';
import {checkImage} from './pods/image.ts';
import {checkSecurity} from './pods/security.ts';
import {checkText} from './pods/texts.ts';
import {checkTokens} from './pods/token.ts';
import type {ObjectGuard} from './violation.ts';

/** Kinds without a pod, whose fields are called as a pod's, or whose data may be. */
const WITHOUT_PODS = ['ConfigMap.v1', 'Secret.v1', 'ServiceAccount.v1'];

const POD_DEFAULT = 'PodDefault.kubeflow.org/v1alpha1';

/**
 * Holds every pod that an object has, makes or changes to Pod Security, to the tokens and to the images that the
 * values allow.
 */
export const checkPods: ObjectGuard = (object, {values: {guards}}) => {
  if (!isJsonObject(object) || WITHOUT_PODS.includes(keyOf(object))) return [];
  return findingsIn(object, guards).map(({reason, ...finding}) => ({
    ...finding,
    message: `cannot render ${kindOf(object)}: ${reason}`,
  }));
};

function findingsIn(object: JsonObject, guards: GuardValues): Finding[] {
  const {podSecurity, tokens, imageRegistries} = guards;
  const {pods, annotations, texts, images, obstacles} = findPods(object, keyOf(object) === POD_DEFAULT);
  return [
    ...obstacles.map(({path, reason}) =>
      unjudged(path, `its pods cannot be judged: ${reason}`, 'write it plainly'),
    ),
    ...pods.flatMap(pod => checkSecurity(pod, podSecurity)),
    ...annotations.flatMap(checkAnnotations),
    ...texts.flatMap(checkText),
    ...pods.flatMap(pod => checkTokens(pod, tokens)),
    ...images.flatMap(image => checkImage(image, imageRegistries)),
  ];
}
