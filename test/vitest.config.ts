import {defineConfig} from 'vitest/config';

// For .ci/run, which prints them at its end; they land in the ignored folder of the coverage.
const isCi = process.env.CI !== undefined;

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    reporters: ['default', ...(isCi ? [['json', {outputFile: 'coverage/results.json'}] as const] : [])],
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      reporter: ['text', 'json-summary', ...(isCi ? [['text', {file: 'table.txt'}] as const] : [])],
      reportOnFailure: true,
      thresholds: {lines: 95},
    },
  },
});
