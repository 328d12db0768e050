import {type Check, type FieldCheck, fault, ofList, under} from '../fields/check.ts';
import {claimResources} from './quantity.ts';
import {REQUIREMENTS} from './selector.ts';

const accessModes: Check = ofList(modes =>
  modes.length > 1 && modes.includes('ReadWriteOncePod')
    ? [fault([], 'must not have ReadWriteOncePod beside other modes')]
    : [],
);

/** A PersistentVolumeClaim's spec. */
export const CLAIM: readonly FieldCheck[] = [
  ['accessModes', accessModes],
  ['resources', claimResources],
  ...under('selector', REQUIREMENTS),
];
