/** Records that are no file: rows that arrive one by one, as a database sends them. */
import { type Row, TrefoilError, trainLocally } from 'trefoil-mpc';
import { records, screening } from './screening.ts';

/** In a real program this would be a query. */
async function* query(party: number): AsyncGenerator<Row> {
  for (const row of records(party)) yield await Promise.resolve(row);
}

const { report } = await trainLocally(screening, {
  data: {
    north: { train: query(0) },
    east: { train: query(1), test: query(3) },
    south: { train: query(2), test: query(4) },
  },
}).result;
console.log(`accuracy ${report.quality.test.accuracy}`);

try {
  const broken = [...records(0).slice(1), { age: 'unknown', pressure: 120, ill: 0 }];
  await trainLocally(screening, {
    data: {
      north: { train: broken },
      east: { train: records(1), test: records(3) },
      south: { train: records(2), test: records(4) },
    },
  }).result;
} catch (error) {
  if (!(error instanceof TrefoilError)) throw error;
  console.log(error.code);
  for (const problem of error.problems) console.log(problem);
}
