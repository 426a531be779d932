import { expect, it } from 'vitest';
import { planCost } from '../../src/plan/cost.ts';
import { rolesOf, type TrustMode } from '../../src/plan/plan.ts';
import { trainingPlan } from '../../src/plan/training-plan.ts';
import { simulate } from '../../src/runtime/simulate.ts';

it.each(['honest-majority', 'dealer'] as TrustMode[])('trains in %s', async (trust) => {
  const parties = ['north', 'east', 'south'];
  const rows = { north: 40, east: 30, south: 26 };
  const testRows = { north: 0, east: 10, south: 11 };
  const d = 3;
  const plan = trainingPlan({ roles: rolesOf(trust, parties), features: d, trainRows: rows, testRows, moments: true, clip: 4, batch: 16, epochs: 5, learningRate: { schedule: 'constant', initial: 0.5 }, l2: 0.01, fractionalBits: 16,
   reveal: { trainingLoss: ['north'], metrics: { accuracy: parties, auc: parties, logLoss: ['east'] }, model: parties } });
  console.log('headroom', plan.headroomBits, plan.phases.map(p=>[p.name,p.openingRounds]));
  const hash = (a: number, b: number, c: number) => { const s = Math.sin(a * 12.9898 + b * 78.233 + c * 37.719) * 43758.5453; return (s - Math.floor(s)) * 2 - 1; };
  const make = (p: number, n: number) => { const x = new Float64Array(n * d); const y = new Float64Array(n); for (let i = 0; i < n; i++) { for (let k = 0; k < d; k++) x[i * d + k] = hash(p, i, k) * 2; y[i] = x[i * d] - x[i * d + 1] + 0.3 * hash(p, i, 9) > 0 ? 1 : 0; } return { x, y }; };
  const data = new Map(parties.map((name, p) => [name, { train: make(p, rows[name as 'north']), test: make(p + 10, testRows[name as 'north']) }]));
  const sim = await simulate(plan, (node) => (name) => { const own = data.get(node)!; switch (name) { case 'sums': case 'squares': return new Float64Array(d); case 'train.features': return own.train.x; case 'train.labels': return own.train.y; case 'test.features': return own.test.x; default: return own.test.y; } }, {onRevealed: (n,v)=>console.log(n,[...v])});
  const cost = planCost(plan);
  console.log(cost.rounds, cost.bytes, cost.memory);
  for (const [node, links] of sim.links) { for (const kind of ['opening','input','output','correction'] as const) { let s = 0; for (const l of links.values()) s += l.sent[kind]; expect(s, `${node} ${kind}`).toBe(cost.bytes[node][kind]); } }
});
