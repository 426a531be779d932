import { defineConfig } from 'vitest/config';

/** Nodes that are started, stopped and disturbed as in three hospitals: minutes of waiting for programs. */
export default defineConfig({
  test: {
    include: ['test/parties/**/*.test.ts'],
    exclude: ['test/**/*.slow.test.ts'],
    globalSetup: 'test/build.ts',
    testTimeout: 120_000,
    // Several of them hold a node to seconds.
    fileParallelism: false,
  },
});
