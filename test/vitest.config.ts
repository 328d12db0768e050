import {defineConfig} from 'vitest/config';

// For .ci/run, which prints them at its end; they land in the ignored folder of the coverage.
const isCi = process.env.CI !== undefined;

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/system/**', 'test/store/**'],
    // Several start processes, which a busy machine makes wait.
    testTimeout: 30_000,
    reporters: isCi ? ['default', ['json', {outputFile: 'coverage/results.json'}]] : ['default'],
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      reporter: isCi ? ['text', 'json-summary', ['text', {file: 'table.txt'}]] : ['text', 'json-summary'],
      reportOnFailure: true,
      thresholds: {lines: 95},
    },
  },
});
