import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Nodes as programs of their own have a suite of their own: npm run test:deployment.
    exclude: ['test/**/*.slow.test.ts', 'test/parties/**'],
    globalSetup: 'test/build.ts',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Vitest leaves one core free unless told otherwise, which on two cores is half of the machine.
    maxWorkers: 2,
    // No test changes what it imports, and none has to import it again: a sixth of the time.
    isolate: false,
  },
});
