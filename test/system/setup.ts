import {findBinaries, UnavailableError} from './control-plane/binaries.ts';

/** Builds the control plane once before any test, or says in one loud line why there is none. */
export default async function setup(): Promise<void> {
  try {
    await findBinaries(line => console.log(line));
  } catch (error) {
    if (!(error instanceof UnavailableError)) throw error;
    process.env.CONTROL_PLANE_UNAVAILABLE = error.message;
    console.error(`SKIPPED: all tests on a real control plane: ${error.message}`);
  }
}
