/** Each example of the library runs, and says what its reader expects. */
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const SAYS: Readonly<Record<string, RegExp>> = {
  'custom-source': /accuracy [01][\s\S]*TREFOIL_DATA\nrow 60, column 'age'/,
  'embedded-node': /north: accuracy [01][.\d]*, model true[\s\S]*south: accuracy/,
  planning: /batch 10: \d+ rounds[\s\S]*the model: bias 1/,
  privacy: /ε 2 needs the noise multiplier 0\.95[\s\S]*20 epochs cost ε 2\.00/,
  contributing: /^60 rows, sealed for east and south\n$/,
  rehearsal: /epoch 3: loss 0\.\d+\naccuracy [01][.\d]*\nill with probability 0\.9/,
  'three-processes': /accuracy 0\.9\d+, \d+ rounds\nnorth has a model: true/,
};

const names = readdirSync('examples').flatMap((file) => (file.endsWith('.ts') ? [file.slice(0, -3)] : []));

it('all are looked at', () => {
  expect(names.filter((name) => name !== 'screening').sort()).toEqual(Object.keys(SAYS).sort());
});

it.each(Object.entries(SAYS))('%s', { timeout: 180_000 }, async (name, says) => {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [`dist/examples/${name}.js`]);
  expect(stdout).toMatch(says);
  expect(stderr).toBe('');
});
