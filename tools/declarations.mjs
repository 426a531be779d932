// Declarations of what src/index.ts exports, for who imports the library. They are checked with the sources, so that here they are only written.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { filesBelow } from './once.mjs';

const SOURCE = /((?:from|import\()\s*['"]\.[^'"]*)\.ts(['"])/g;

/** Writes them below dist/src. `compile` runs the compiler with a project. */
export async function writeDeclarations(compile) {
  for (const path of declarations()) rmSync(path);
  await compile('tsconfig.types.json');
  // The compiler leaves the names of the sources in them, which a package does not have.
  for (const path of declarations()) {
    writeFileSync(path, readFileSync(path, 'utf8').replace(SOURCE, '$1.js$2'));
  }
}

const declarations = () => filesBelow('dist').filter((path) => path.endsWith('.d.ts'));
