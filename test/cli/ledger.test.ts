/** What a rehearsal spends: the party's own ledger has it, signed by the party's own identity. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readLedger } from '../../src/job/node/ledger-folder.ts';
import { spendingsOf, standingsOf } from '../../src/privacy/ledger/budget.ts';
import { checkSigner } from '../../src/privacy/ledger/ledger.ts';
import { createIdentity } from '../../src/transport/create-identity.ts';
import { saveIdentity } from '../../src/transport/identity.ts';
import { LocalSite } from './local-site.ts';

it('a rehearsal spends for the parties that keep a ledger, and is refused by their limit', async () => {
  const site = new LocalSite();
  const [ledger, identity] = [join(site.folder, 'kept'), join(site.folder, 'north')];
  const job = 'examples/breast-cancer-range.yaml';
  const keeping = (privacy: object) => site.changeConfig('north', (config) => ({ ...config, privacy }));

  keeping({ ledger, identity });
  const without = site.train(job);
  expect(await without.ended).toMatchObject({ status: 1 });
  expect(without.stderr).toContain('north.key does not exist');

  await saveIdentity(identity, await createIdentity({ name: 'north' }));
  const program = site.train(job);
  expect(await program.ended, program.output).toMatchObject({ status: 0 });
  const chain = readLedger(ledger);
  expect(spendingsOf(chain.entries).map(({ job }) => job.name)).toEqual(['breast-cancer-range']);
  expect([...standingsOf(chain.entries).values()]).toEqual(['spent']);
  checkSigner(chain, readFileSync(`${identity}.crt`, 'utf8'), 'the ledger');

  keeping({ ledger, identity, limit: { epsilon: 3, delta: 1e-5 } });
  const refused = site.train(job);
  expect(await refused.ended).toMatchObject({ status: 1 });
  expect(refused.stderr).toContain('[TREFOIL_PRIVACY]');
  expect(readLedger(ledger).entries).toEqual(chain.entries);
  expect(existsSync(join(site.folder, 'configs', 'east.ledger'))).toBe(false);
});
