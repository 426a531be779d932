// Builds the kernels (AssemblyScript to WebAssembly) and the program (TypeScript to JavaScript) into dist/.
import { execFile } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { writeDeclarations } from './declarations.mjs';
import { file, filesBelow, once } from './once.mjs';

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

mkdirSync(`${root}/dist/vendor`, { recursive: true });
const compileKernels = (target) =>
  run('node_modules/assemblyscript/bin/asc.js', '--config', 'src/ring/kernels/asconfig.json', '--target', target);
/** They change rarely, and take longer than all else. */
const kernels = once(
  'node_modules/.trefoil-kernels',
  [file('tools/build.mjs'), file('node_modules/assemblyscript/package.json'), ...filesBelow('src/ring/kernels')],
  'dist/kernels-shared.wasm',
  () => Promise.all([compileKernels('release'), compileKernels('shared')]),
);
/** Writes JavaScript and checks no types, which `npm test` does once for everything. */
const compile = (project) => run('node_modules/typescript/bin/tsc', '-p', project, '--noCheck');
// None needs what another one makes.
await Promise.all([kernels, compile('tsconfig.json'), writeDeclarations(compile)]);
// The page of an audit draws charts. The package of what draws them takes 60 MB, of which this file is all that is used.
for (const [from, to] of [
  ['dist/echarts.esm.min.mjs', 'echarts.mjs'],
  ['LICENSE', 'echarts-LICENSE.txt'],
  ['NOTICE', 'echarts-NOTICE.txt'],
]) {
  copyFileSync(`${root}/node_modules/echarts/${from}`, `${root}/dist/vendor/${to}`);
}
// npx runs it as it is: a clone is not installed as a package, which would set the bit.
chmodSync(`${root}/dist/src/cli/main.js`, 0o755);
