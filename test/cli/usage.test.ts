/** Wrong usage and missing files: a sentence, never a stack. */
import { accessSync, constants } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { trefoilHere } from './here.ts';
import { trefoil } from './program.ts';

const LOGISTIC = 'examples/breast-cancer-logistic.yaml';

type Case = readonly [line: string, status: number, said: RegExp];

const words = (line: string) => line.split(' ').filter((word) => word !== '');

function check({ stdout, stderr }: { readonly stdout: string; readonly stderr: string }, said: RegExp): void {
  expect(stderr).toMatch(said);
  expect(stdout).toBe('');
  expect(stderr).not.toContain('    at ');
}

describe('the trefoil command', () => {
  it.each<Case>([
    ['', 2, /Usage: trefoil/],
    ['tarin', 2, /^trefoil: unknown command 'tarin'\n\(Did you mean train\?\)/],
    [
      'train no.yaml --local',
      1,
      /^trefoil: can not read the job file no\.yaml: there is no such file\n\[TREFOIL_JOB\]/,
    ],
    [
      'party --config no.yaml',
      1,
      /can not read the node configuration no\.yaml: there is no such file\n\[TREFOIL_CONFIG\]/,
    ],
  ])('as a program: trefoil %s', async (line, status, said) => {
    const program = trefoil(...words(line));
    expect(await program.ended).toMatchObject({ status });
    check(program, said);
  });

  it.each<Case>([
    ['train', 2, /^trefoil: missing required argument 'job'/],
    [`train ${LOGISTIC}`, 2, /^trefoil: train runs all nodes on this machine: say so with --local/],
    [`train ${LOGISTIC} --lokal`, 2, /^trefoil: unknown option '--lokal'\n\(Did you mean --local\?\)/],
    [`train ${LOGISTIC} --local --trust nobody`, 2, /Allowed choices are honest-majority, dealer/],
    [`train ${LOGISTIC} --local --configs nowhere`, 1, /nowhere\/north\.yaml is missing: the configuration of north/],
    [`train ${LOGISTIC} --local --report examples`, 1, /can not write examples: it is a folder; name a file/],
    ['plan examples', 1, /can not read the job file examples: it is a folder/],
    // It ends before it is a node.
    ['party', 2, /^trefoil: required option '--config <file>' not specified/],
    ['identity --config parties/north.yaml --days soon', 2, /a whole number from 1 to 3650/],
    ['predict no.json no.csv', 1, /can not read the model file no\.json: there is no such file\n\[TREFOIL_DATA\]/],
  ])('trefoil %s', async (line, status, said) => {
    const here = await trefoilHere(...words(line));
    expect(here).toMatchObject({ status });
    check(here, said);
  });

  it('runs by npx in a clone, in which nothing but the build sets the bit', () => {
    expect(() => accessSync('dist/src/cli/main.js', constants.X_OK)).not.toThrow();
  });

  it('prints the plan of a job, and with --operations all of it', async () => {
    const short = await trefoilHere('plan', LOGISTIC);
    const long = await trefoilHere('plan', LOGISTIC, '--operations', '--trust', 'dealer');
    expect([short.status, long.status]).toEqual([0, 0]);
    expect(short.stdout).toMatch(/\n {2}training +260 +[1-5] /);
    expect(short.stdout).toContain('what leaves the computation, and who learns it:');
    expect(short.stdout).not.toContain('matmul');
    expect(long.stdout).toMatch(/\n +0 +– +– {2}product\* matmul %\d+, %\d+ → /);
    // The logits of 32 rows, in 8 bytes each.
    expect(long.stdout).toMatch(/\n +0 +256 +– {2}open %\d+ → %\d+ ‘layer 1’ masked 32×1/);
    expect(long.stdout).toContain('dealer of correlated randomness: dealer');
  });
});
