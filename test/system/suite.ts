import {afterAll, beforeAll, describe} from 'vitest';
import type {Mode} from '../../src/guard/tenancy.ts';
import {type System, type SystemOptions, startSystem} from './system.ts';

/** The same tests in both modes, each with a system of its own that ends with them. */
export function describeModes(
  title: string,
  options: Omit<SystemOptions, 'mode'> | ((mode: Mode) => Omit<SystemOptions, 'mode'>),
  tests: (system: () => System, mode: Mode) => void,
): void {
  describe.each(['companion', 'standalone'] as const)(`${title} (%s)`, mode => {
    let system: System | undefined;
    beforeAll(async () => {
      system = await startSystem({mode, ...(typeof options === 'function' ? options(mode) : options)});
    });
    afterAll(async () => await system?.stop());
    tests(() => system as System, mode);
  });
}
