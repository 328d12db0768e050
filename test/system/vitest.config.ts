import {defineConfig} from 'vitest/config';

const isCi = process.env.CI !== undefined;

export default defineConfig({
  test: {
    include: ['test/system/**/*.test.ts'],
    globalSetup: ['test/system/setup.ts'],
    // Each file has a control plane of its own.
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    reporters: isCi ? ['default', ['json', {outputFile: 'coverage/system-results.json'}]] : ['default'],
  },
});
