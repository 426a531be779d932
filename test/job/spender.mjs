// Intends to spend from a ledger, then charges and marks what it has used, or makes it void, until it is killed. Arguments: folder of the ledger, identity, file of the marks.
import { appendFileSync, readFileSync } from 'node:fs';
import { PartyLedger } from '../../dist/src/job/node/party-ledger.js';

const [folder, identity, marks] = process.argv.slice(2);
const [key, certificate] = ['key', 'crt'].map((end) => readFileSync(`${identity}.${end}`, 'utf8'));
// Costs a hundredth for each release.
const epsilonOf = (events) => events.length / 100;
const asked = {
  job: { name: 'a-job', digest: 'f'.repeat(64) },
  unit: { records: 1, neighbours: 'add-or-remove' },
  dataSets: [{ data: 'train', commitment: 'a'.repeat(64), rows: 1 }],
  events: [{ kind: 'gaussian', what: 'a release', data: 'train', noiseMultiplier: 1, count: 1 }],
};
for (let run = 0; ; run++) {
  const name = `${process.pid}-${run}`;
  const ledger = new PartyLedger(
    {
      party: 'north',
      folder,
      identity: { key, certificate },
      limit: { epsilon: 1e6, delta: 1e-5 },
      epsilonOf,
      epochs: 1,
    },
    asked,
  );
  ledger.intend(name);
  if (run % 3 === 2) {
    ledger.void();
    continue;
  }
  ledger.charge();
  appendFileSync(marks, `${name}\n`);
}
