import {describe, expect, test} from 'vitest';
import {APPLY_STRATEGIES, BUILDERS} from '../apply-rows.ts';
import {type Case, verdict} from '../apply-verdict.ts';

const {deployment, service} = BUILDERS;

describe('what the API server refuses in every sync is refused in both strategies', () => {
  test.each<Case>([
    {
      object: deployment({strategy: {type: 'Recreate', rollingUpdate: {maxSurge: 1}}}),
      path: 'spec.strategy.rollingUpdate',
      message:
        'cannot render Deployment: the API server refuses rollingUpdate beside type: Recreate in every sync',
      hint: 'leave rollingUpdate out',
    },
    {
      object: service({ports: [{name: 'a', port: 80}, {port: 81}]}),
      path: 'spec.ports.1',
      message:
        'cannot render Service: the API server refuses a port without a name beside others in every sync',
      hint: 'write its name',
    },
  ])('$message', ({object, ...expected}) => {
    for (const strategy of APPLY_STRATEGIES)
      expect(verdict(object, strategy)).toEqual([{rule: 'apply/endless', ...expected}]);
  });
});
