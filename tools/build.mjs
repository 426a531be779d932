// Builds the kernels (AssemblyScript to WebAssembly) and the program (TypeScript to JavaScript) into dist/.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const run = (script, args) => execFileSync(process.execPath, [script, ...args], { cwd: root, stdio: 'inherit' });

mkdirSync(`${root}/dist`, { recursive: true });
for (const target of ['release', 'shared']) {
  run('node_modules/assemblyscript/bin/asc.js', ['--config', 'src/ring/kernels/asconfig.json', '--target', target]);
}
run('node_modules/typescript/bin/tsc', ['-p', 'tsconfig.json']);
// npx runs it as it is: a clone is not installed as a package, which would set the bit.
chmodSync(`${root}/dist/src/cli/main.js`, 0o755);
