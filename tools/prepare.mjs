// Builds the program where the built one is out of date. npm runs it where it installs from git, before it packs, and when npx links a clone.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { file, filesBelow, once } from './once.mjs';

const sources = [
  file('package.json'),
  file('tsconfig.json'),
  file('tools/build.mjs'),
  file('tsconfig.types.json'),
  file('tools/declarations.mjs'),
  ...['src', 'parties', 'benchmarks', 'examples'].flatMap(filesBelow),
];

await once('node_modules/.trefoil-built', sources, 'dist/src/cli/main.js', () => {
  if (!existsSync(file('node_modules/assemblyscript'))) {
    console.error(
      'Trefoil is not built here, and what builds it is not installed: run `npm run setup` in this folder.',
    );
    process.exit(1);
  }
  if (!process.argv.includes('--quiet')) console.error('Building …');
  execFileSync(process.execPath, [file('tools/build.mjs')], { cwd: file('.'), stdio: 'inherit' });
});
