/** A rehearsal as close to a real run as one machine allows: a process for each node, and TLS between them. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadJob, trainLocally } from 'trefoil-mpc';

const output = await mkdtemp(join(tmpdir(), 'trefoil-example-'));
try {
  const run = trainLocally(loadJob('examples/breast-cancer-logistic.yaml'), {
    configs: 'parties',
    processes: 'each',
    output,
    signal: AbortSignal.timeout(120_000),
  });
  const { report, kept } = await run.result;
  console.log(`accuracy ${report.quality.test.accuracy}, ${report.cost.counted.rounds} rounds`);
  console.log(`north has a model: ${kept.get('north')?.modelFile !== undefined}`);
} finally {
  await rm(output, { recursive: true });
}
