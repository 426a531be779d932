/** Nodes that freeze: only their silence shows it, so it takes seconds to notice. */
import { expect, it } from 'vitest';
import { long, NODES, type NodeName, PARTIES, Site } from './site.ts';

it.each<[culprit: NodeName, trust: string, nodes: readonly NodeName[]]>([
  ['north', 'honest-majority', PARTIES],
  ['east', 'honest-majority', PARTIES],
  ['dealer', 'dealer', NODES],
])('all others end within ten seconds after %s in %s mode freezes', async (culprit, trust, nodes) => {
  const site = await Site.create(long);
  site.leaveModels();
  const programs = new Map(nodes.map((name) => [name, site.start(name, '--trust', trust)]));
  for (const program of programs.values()) await program.until(/sharing records/);
  const start = performance.now();
  programs.get(culprit)?.kill('SIGSTOP');
  for (const [name, program] of programs) {
    if (name === culprit) continue;
    expect(await program.ended, program.output).toMatchObject({ status: 1 });
    expect(program.stderr).toContain(`${culprit} is gone`);
  }
  expect(performance.now() - start).toBeLessThan(10_000);
  expect(site.models).toEqual([]);
});
