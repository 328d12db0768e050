import {mkdirSync, writeFileSync} from 'node:fs';
import {defineConfig} from 'vitest/config';
import {findBinaries, UnavailableError} from './control-plane/binaries.ts';

const isCi = process.env.CI !== undefined;

// Built here, once and before any test, and not by each of them.
const skipped = await prepare();

export default defineConfig({
  test: {
    include: skipped.isAll ? [] : ['test/system/**/*.test.ts'],
    passWithNoTests: true,
    // Each file has a control plane of its own.
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    reporters: [
      'default',
      {onTestRunEnd: tell},
      ...(isCi ? [['json', {outputFile: 'coverage/system-results.json'}] as ['json', object]] : []),
    ],
  },
});

async function prepare(): Promise<{isAll: boolean; reasons: string[]}> {
  const reasons = process.env.METACONTROLLER
    ? []
    : [
        'the real Metacontroller: METACONTROLLER names no binary of it; the simulated one drove the tests, but for apply-lint',
      ];
  try {
    await findBinaries(line => console.log(line));
    return {isAll: false, reasons};
  } catch (error) {
    if (!(error instanceof UnavailableError)) throw error;
    return {isAll: true, reasons: [`all tests on a real control plane: ${error.message}`]};
  }
}

/** Says in the last lines what was skipped, and leaves it for .ci/run. */
function tell(): void {
  const lines = skipped.reasons.map(reason => `SKIPPED: ${reason}\n`).join('');
  process.stdout.write(`\n${lines}`);
  if (!isCi) return;
  mkdirSync('coverage', {recursive: true});
  writeFileSync('coverage/system-skipped.txt', lines);
}
