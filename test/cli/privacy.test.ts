/** `trefoil privacy` there and back, and all that it can not account for at once. */
import { expect, it } from 'vitest';
import { trefoilHere } from './here.ts';
import { trefoil } from './program.ts';

const TRAINING = '--delta 1e-5 --records 2000 --batch 100 --epochs 3';

async function json(line: string) {
  const { status, stdout } = await trefoilHere('privacy', ...line.split(' '), '--json');
  expect(status).toBe(0);
  return JSON.parse(stdout);
}

it('turns a budget into noise, and the noise back into at most the budget', async () => {
  const { noiseMultiplier, epsilon } = await json(`--epsilon 3 ${TRAINING}`);
  const back = await json(`--noise-multiplier ${noiseMultiplier} ${TRAINING}`);
  expect(back.epsilon).toBe(epsilon);
  expect(epsilon).toBeLessThanOrEqual(3);
  expect(epsilon).toBeGreaterThan(2.98);
  expect(back.accountants.renyi).toBeGreaterThan(epsilon);
  expect(back.events).toMatchObject([{ kind: 'sampled gaussian', rate: 0.05, count: 60 }]);
});

it('gives nothing for batches that everybody knows, and takes more for persons and replaced records', async () => {
  const noise = `--noise-multiplier 2 ${TRAINING}`;
  const poisson = await json(noise);
  const shown = await json(`${noise} --sampling public`);
  const person = await json(`${noise} --person 2`);
  const replaced = await json(`${noise} --neighbours replace`);
  expect(shown.events).toMatchObject([{ kind: 'gaussian', count: 3 }]);
  for (const other of [shown, person, replaced]) expect(other.epsilon).toBeGreaterThan(poisson.epsilon);
});

it('prints the noise, what is assumed, a table and a curve', async () => {
  const program = trefoil('privacy', ...`--epsilon 3 ${TRAINING}`.split(' '));
  expect(await program.ended).toMatchObject({ status: 0 });
  expect(program.stdout).toMatch(/assumed: 3 owners of up to 667 rows/);
  expect(program.stdout).toMatch(/noise multiplier [\d.]+ gives ε = (3|2\.9\d+) at δ = 0\.00001/);
  expect(program.stdout).toMatch(/\n {2}epoch 3 {2}█{48} /);
});

it('names all that is wrong at once', async () => {
  const { status, stdout, stderr } = await trefoilHere('privacy', '--epsilon', '0', '--delta', '2', '--batch', 'x');
  expect(status).toBe(2);
  for (const name of ['epsilon is ‘0’', 'delta is ‘2’', 'records is missing', 'batch is ‘x’', 'epochs is missing']) {
    expect(stderr).toContain(`- --${name}`);
  }
  expect(stdout).toBe('');
});
