import {findMoto, findWeed} from './binaries.ts';

/** Says in one loud line each which store's tests cannot run, and why. */
export default function setup(): void {
  for (const [store, binary] of Object.entries({moto: findMoto(), SeaweedFS: findWeed()}))
    if ('missing' in binary) console.error(`SKIPPED: all tests on ${store}: ${binary.missing}`);
}
