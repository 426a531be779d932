import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadJob } from '../../src/job/file/job-file.ts';
import { loadConfigs } from '../../src/job/rehearsal/local-configs.ts';

it('refuses the configuration of another node under the name of this one', async () => {
  const job = loadJob('examples/breast-cancer-logistic.yaml');
  const folder = await mkdtemp(join(tmpdir(), 'trefoil-'));
  try {
    const text = await readFile('parties/north.yaml', 'utf8');
    for (const { name } of job.parties)
      await writeFile(join(folder, `${name}.yaml`), text.replaceAll('../', '/nowhere/'));
    expect(() => loadConfigs(job, folder)).toThrow(
      expect.objectContaining({
        code: 'TREFOIL_CONFIG',
        problems: ['east', 'south'].map(
          (name) =>
            `${join(folder, `${name}.yaml`)}: it says node: north; the file named after ${name} must say node: ${name}`,
        ),
      }),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
