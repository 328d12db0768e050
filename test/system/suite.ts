import {afterAll, beforeAll, describe} from 'vitest';
import type {Mode} from '../../src/guard/tenancy.ts';
import {type System, type SystemOptions, startSystem} from './system.ts';

/** `describe` for what needs a control plane: skipped, with the reason told before, where there is none. */
export const describeSystem = describe.skipIf(process.env.CONTROL_PLANE_UNAVAILABLE !== undefined);

/** The same tests in both modes, each with a system of its own that ends with them. */
export function describeModes(
  title: string,
  options: Omit<SystemOptions, 'mode'> | ((mode: Mode) => Omit<SystemOptions, 'mode'>),
  tests: (system: () => System, mode: Mode) => void,
): void {
  describeSystem.each(['companion', 'standalone'] as const)(`${title} (%s)`, mode => {
    let system: System | undefined;
    beforeAll(async () => {
      system = await startSystem({mode, ...(typeof options === 'function' ? options(mode) : options)});
    });
    afterAll(async () => await system?.stop());
    tests(() => system as System, mode);
  });
}
