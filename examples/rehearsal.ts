/** A rehearsal in this process: three nodes, a model, and its answers. */
import { predict, trainLocally } from 'trefoil-mpc';
import { records, screening } from './screening.ts';

const run = trainLocally(screening, {
  data: {
    north: { train: records(0) },
    east: { train: records(1), test: records(3) },
    south: { train: records(2), test: records(4) },
  },
});
for await (const event of run) {
  if (event.kind === 'training loss') console.log(`epoch ${event.epoch}: loss ${event.loss.toFixed(3)}`);
}
const { model, report } = await run.result;
console.log(`accuracy ${report.quality.test.accuracy}`);

if (model !== undefined) {
  const [answer] = await predict(model, [{ age: 90, pressure: 200 }]);
  console.log(`ill with probability ${answer.outputs?.ill_probability.toFixed(2)}`);
}
