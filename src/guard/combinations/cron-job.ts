import {type Check, type FieldCheck, fault, under} from '../fields/check.ts';
import {JOB} from './workload.ts';

const FIELDS = /^(?:\S+\s+){4}\S+$/;
const SHORTHAND = /^@(?:annually|daily|hourly|midnight|monthly|weekly|yearly|every \S+)$/;

// Whether the numbers in it make sense only Kubernetes can tell.
const schedule: Check = value =>
  typeof value !== 'string' ||
  (value.length <= MAX_LENGTH && (FIELDS.test(value.trim()) || SHORTHAND.test(value)))
    ? []
    : [fault([], 'must be five fields such as "0 3 * * *", or a word such as @daily')];

/** Far longer than any schedule. */
const MAX_LENGTH = 1000;

/** A CronJob's spec. */
export const CRON_JOB: readonly FieldCheck[] = [['schedule', schedule], ...under('jobTemplate.spec', JOB)];
