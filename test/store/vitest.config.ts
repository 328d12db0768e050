import {defineConfig} from 'vitest/config';

const isCi = process.env.CI !== undefined;

export default defineConfig({
  test: {
    include: ['test/store/**/*.test.ts'],
    globalSetup: ['test/store/setup.ts'],
    // Each file starts a store of its own.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 90_000,
    reporters: isCi ? ['default', ['json', {outputFile: 'coverage/store-results.json'}]] : ['default'],
  },
});
