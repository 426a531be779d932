import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.slow.test.ts'],
    globalSetup: 'test/build.ts',
    testTimeout: 3_600_000,
    fileParallelism: false,
  },
});
