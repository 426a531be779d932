/** What jobs cost before anything runs: rounds, time on a network, and what is opened. */
import { jobFrom, planJob, quoteJob } from 'trefoil-mpc';
import { description } from './screening.ts';

for (const batch of [10, 20, 60]) {
  const job = jobFrom({ ...description, training: { ...description.training, batch } });
  const { rounds, seconds } = quoteJob(planJob(job));
  const [wan] = Object.entries(seconds).filter(([network]) => network.includes('WAN'));
  console.log(`batch ${batch}: ${rounds} rounds, ${wan[1].toFixed(1)} s on ${wan[0]}`);
}
for (const { what, to } of quoteJob(planJob(jobFrom(description))).openings) {
  console.log(`${to.join(', ')}: ${what}`);
}
