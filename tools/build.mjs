// Builds the kernels (AssemblyScript to WebAssembly) and the program (TypeScript to JavaScript) into dist/.
import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));
const execute = promisify(execFile);

/** What a compiler has to say is about errors, and goes where it is read. */
async function run(script, ...args) {
  try {
    await execute(process.execPath, [script, ...args], { cwd: root });
  } catch (error) {
    console.error(`${error.stdout ?? ''}${error.stderr ?? ''}` || error.message);
    process.exit(1);
  }
}

mkdirSync(`${root}/dist`, { recursive: true });
const kernels = (target) =>
  run('node_modules/assemblyscript/bin/asc.js', '--config', 'src/ring/kernels/asconfig.json', '--target', target);
// None needs what another one makes.
await Promise.all([
  kernels('release'),
  kernels('shared'),
  run('node_modules/typescript/bin/tsc', '-p', 'tsconfig.json'),
]);
// npx runs it as it is: a clone is not installed as a package, which would set the bit.
chmodSync(`${root}/dist/src/cli/main.js`, 0o755);
