import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layersOf } from '../../src/graph/layers/short-form.ts';
import { agreementOf } from '../../src/job/file/agreement.ts';
import { jobDigest } from '../../src/job/file/digest.ts';
import type { Job } from '../../src/job/file/job.ts';
import { loadJob, parseJob, withTrust } from '../../src/job/file/job-file.ts';
import { planJob } from '../../src/job/file/planned-job.ts';
import { type Agreement, Comparison } from '../../src/transport/agreement-check.ts';
import { jobs } from './arbitrary-jobs.ts';

/** Not planned anew for each change: only its digest counts here. */
const NO_PLAN = 'digest of a plan';
const job = loadJob('examples/breast-cancer-logistic.yaml');

/** What both ends name, by turns as over a link, and the characters of the largest message. */
function compared(
  here: Agreement,
  there: Agreement,
): { here: readonly string[]; there: readonly string[]; most: number } {
  const ends = [new Comparison('east', here, there.items), new Comparison('north', there, here.items)];
  let most = JSON.stringify(here.items).length;
  while (ends[0].isOpen) {
    expect(ends[1].isOpen).toBe(true);
    const [mine, theirs] = ends.map((end) => end.next());
    most = Math.max(most, JSON.stringify(mine).length, JSON.stringify(theirs).length);
    ends[0].accept(theirs);
    ends[1].accept(mine);
  }
  expect(ends[1].isOpen).toBe(false);
  expect(ends.map(({ isEqual }) => isEqual)).toEqual([false, false]);
  return { here: ends[0].error().problems, there: ends[1].error().problems, most };
}

const named = (change: (job: Job) => object, of: Job = job) =>
  compared(agreementOf(of, NO_PLAN), agreementOf({ ...of, ...change(of) }, NO_PLAN)).here;

/** Where a job has a value that is no mapping and no list. */
const leavesOf = (value: object, path: readonly string[] = []): (readonly string[])[] =>
  Object.entries(value).flatMap(([key, part]) =>
    typeof part === 'object' && part !== null ? leavesOf(part, [...path, key]) : [[...path, key]],
  );

/** A copy with another value at a path, or without the key where there is none. */
function withValue(value: unknown, [key, ...rest]: readonly string[], change: (leaf: unknown) => unknown): unknown {
  if (key === undefined) return change(value);
  const copy = Array.isArray(value) ? [...value] : { ...(value as object) };
  const part = withValue(Reflect.get(copy, key), rest, change);
  if (part === undefined) Reflect.deleteProperty(copy, key);
  else Reflect.set(copy, key, part);
  return copy;
}

/** A logistic regression has the layers and the output that it has, and records are images only where layers see them so. */
const isCompared =
  ({ model }: Job) =>
  ([section, key]: readonly string[]): boolean =>
    section !== 'model' || (key !== 'type' && key !== 'input' && (model.type === 'mlp' || key === 'threshold'));

const another = (leaf: unknown) =>
  typeof leaf === 'number' ? leaf + 1 : typeof leaf === 'boolean' ? !leaf : `${String(leaf)} too`;

/** Jobs of every kind, half of them with units on their columns. */
const written = fc
  .tuple(jobs(), fc.boolean())
  .map(([text, hasUnits]) => {
    const file = JSON.parse(text);
    if (hasUnits) file.data.features.x.unit = 'mg/dL';
    return JSON.stringify(file);
  })
  .map((text) => {
    try {
      return parseJob(text, 'job');
    } catch {
      return undefined;
    }
  })
  .filter((job) => job !== undefined);

describe('two jobs that differ', () => {
  it('in whatever leaf, changed, left out or added, have agreements that differ', () => {
    const paths = written.chain((job) => {
      const leaves = leavesOf(job).filter(isCompared(job));
      const optional = leaves.filter((path) => /^\D/.test(path.at(-1) ?? ''));
      const features = job.data.features.map((_, i) => ['data', 'features', `${i}`, 'unit']);
      const sections = ['training', 'numbers', 'data'].map((section) => [section, 'more']);
      return fc.oneof(
        fc.record({ job: fc.constant(job), path: fc.constantFrom(...leaves), to: fc.constant(another) }),
        fc.record({ job: fc.constant(job), path: fc.constantFrom(...optional), to: fc.constant(() => undefined) }),
        fc.record({
          job: fc.constant(job),
          path: fc.constantFrom(...features, ...sections),
          to: fc.constant(() => 'mmol/L'),
        }),
      );
    });
    fc.assert(
      fc.property(paths, ({ job, path, to }) => {
        const other = withValue(job, path, to) as Job;
        expect(jobDigest(other)).not.toBe(jobDigest(job));
        expect(agreementOf(other, NO_PLAN).items, path.join('.')).not.toEqual(agreementOf(job, NO_PLAN).items);
      }),
      { numRuns: 300 },
    );
  });

  it.each<[change: (job: Job) => object, ...lines: string[]]>([
    [({ training }) => ({ training: { ...training, epochs: 30 } }), 'training.epochs: 20 here, 30 at east'],
    [() => ({ name: 'other' }), "name: 'breast-cancer-logistic' here, 'other' at east"],
    [
      ({ training }) => ({ training: { ...training, l2: 0.5, batch: 7 } }),
      'training.batch: 32 here, 7 at east',
      expect.stringMatching(/^training\.l2: [\d.]+ here, 0\.5 at east$/),
    ],
    [
      ({ model }) => ({ model: { ...model, type: 'mlp', layers: layersOf({ hidden: [8, 4], activation: 'relu' }) } }),
      "model.activation: nothing here, 'relu' at east",
      'model.hidden: nothing here, [8,4] at east',
      "model.initial: nothing here, 'he' at east",
      "model.output: nothing here, 'sigmoid' at east",
      "model.type: 'logistic' here, 'mlp' at east",
    ],
    [({ parties: [a, b, c] }) => ({ parties: [a, { ...b, train: 1 }, c] }), 'parties[1].train: 148 here, 1 at east'],
    [
      ({ reveal }) => ({ reveal: { ...reveal, model: ['south'] } }),
      'reveal.model: ["north","east","south"] here, ["south"] at east',
    ],
    [
      ({ reveal }) => ({ reveal: { ...reveal, metrics: { ...reveal.metrics, auc: [] } } }),
      'reveal.metrics.auc: ["north","east","south"] here, [] at east',
    ],
    [({ numbers }) => ({ numbers: { ...numbers, dataBits: 12 } }), 'numbers.dataBits: 16 here, 12 at east'],
    [({ data }) => ({ data: { ...data, label: 'outcome' } }), "data.label: 'malignant' here, 'outcome' at east"],
    [
      ({ data }) => ({
        data: { ...data, features: data.features.map((feature, i) => (i === 4 ? { ...feature, high: 99 } : feature)) },
      }),
      expect.stringMatching(/^data\.features\.\w+: \[[\d.]+,[\d.]+\] here, \[[\d.]+,99\] at east$/),
    ],
    [
      ({ data }) => ({
        data: { ...data, features: data.features.map((of, i) => (i === 2 ? { ...of, unit: 'mm' } : of)) },
      }),
      expect.stringMatching(
        /^data\.features\.\w+: \[[\d.]+,[\d.]+\] here, \{"range":\[[\d.]+,[\d.]+\],"unit":"mm"\} at east$/,
      ),
    ],
    [
      ({ data }) => ({ data: { ...data, features: data.features.slice(1) } }),
      expect.stringMatching(/^data\.features\.\w+: \[[\d.]+,[\d.]+\] here, nothing at east$/),
      'order of data.features: not the same here and at east',
    ],
    [
      ({ data }) => ({ data: { ...data, features: data.features.toReversed() } }),
      'order of data.features: not the same here and at east',
    ],
    [() => ({ audit: { maxMembershipAdvantage: 0.1 } }), 'audit: nothing here, {"maxMembershipAdvantage":0.1} at east'],
    [
      ({ training }) => ({ training: { ...training, learningRate: { schedule: 'constant', initial: 0.125 } } }),
      expect.stringMatching(/^training\.learningRate: .* here, 0\.125 at east$/),
    ],
    [() => ({ trust: 'dealer' }), "trust: 'honest-majority' here, 'dealer' at east"],
  ])('are told apart by the key and both values %#', (change, ...lines) => {
    expect(named(change)).toEqual(expect.arrayContaining(lines));
    expect(named(change)).toHaveLength(lines.length);
  });

  it('name every leaf that changes, at both ends alike', () => {
    const leaves = (value: object, path: string[] = []): string[][] =>
      Object.entries(value).flatMap(([key, part]) =>
        typeof part === 'number' ? [[...path, key]] : typeof part === 'object' ? leaves(part, [...path, key]) : [],
      );
    const changed = (value: unknown, [key, ...rest]: string[], to: number): unknown => {
      if (key === undefined) return to;
      const copy: Record<string, unknown> | unknown[] = Array.isArray(value) ? [...value] : { ...(value as object) };
      Object.assign(copy, { [key]: changed((value as Record<string, unknown>)[key], rest, to) });
      return copy;
    };
    fc.assert(
      fc.property(
        fc.constantFrom(...leaves(job).filter(isCompared(job))),
        fc.integer({ min: 1000, max: 2000 }),
        (path, to) => {
          fc.pre(path.reduce<unknown>((part, key) => (part as Record<string, unknown>)[key], job) !== to);
          const { here, there } = compared(
            agreementOf(job, NO_PLAN),
            agreementOf(changed(job, path, to) as Job, NO_PLAN),
          );
          expect(here).toEqual([expect.stringMatching(new RegExp(`\\b${to}(,-?[\\d.]+)?\\]? at east$`))]);
          expect(there).toEqual([expect.stringMatching(new RegExp(`\\b${to}(,-?[\\d.]+)?\\]? here, `))]);
          const last = path.findLast((key) => !/^(\d+|low|high|initial)$/.test(key));
          expect(here[0]).toContain(path[1] === 'features' ? 'data.features.' : `${last}: `);
        },
      ),
    );
  });

  it('may have tens of thousands of columns: messages stay small, and the column is found', () => {
    const features = Array.from({ length: 30_000 }, (_, i) => ({ name: `column_${i}`, low: 0, high: i }));
    const wide = (list: Job['data']['features']): Agreement =>
      agreementOf({ ...job, data: { ...job.data, features: list } }, NO_PLAN);
    const other = features.map((feature, i) => (i % 12_000 === 777 ? { ...feature, low: -1 } : feature));
    other.push({ name: 'one more\u001b[31m', low: 0, high: 1 });
    const { here, most } = compared(wide(features), wide(other));
    expect(here).toEqual(
      expect.arrayContaining([
        'data.features.column_777: [0,777] here, [-1,777] at east',
        'data.features.column_12777: [0,12777] here, [-1,12777] at east',
        'data.features.column_24777: [0,24777] here, [-1,24777] at east',
        'data.features.one more [31m: nothing here, [0,1] at east',
        'order of data.features: not the same here and at east',
      ]),
    );
    expect(here).toHaveLength(5);
    expect(most).toBeLessThan(200_000);
  });

  it('name at most twenty differences, and how many more there are', () => {
    const shifted = named(({ data }) => ({
      data: { ...data, features: data.features.map(({ name, low, high }) => ({ name, low: low - 1, high })) },
    }));
    expect(shifted).toHaveLength(21);
    expect(shifted.at(-1)).toBe('and 10 more');
  });

  it('have other plans, which is said only where the jobs are equal', () => {
    const other = 'of another version';
    const { here } = compared(agreementOf(job, NO_PLAN), agreementOf(job, other));
    expect(here).toEqual([
      'plan: not the same, although job and version are; install the same build of Trefoil on all nodes',
    ]);
    const both = compared(agreementOf(job, NO_PLAN), agreementOf(withTrust(job, 'dealer'), other));
    expect(both.here).toEqual(["trust: 'honest-majority' here, 'dealer' at east"]);
  });
});

it('names the versions of the program where they differ', () => {
  const { items, ...rest } = agreementOf(job, NO_PLAN);
  const older = { ...rest, items: { ...items, 'version of Trefoil': '0.0.9', plan: 'of that version' } };
  const { here } = compared(agreementOf(job, NO_PLAN), older);
  expect(here).toEqual([expect.stringMatching(/^version of Trefoil: '\d+\.\d+\.\d+' here, '0\.0\.9' at east$/)]);
});

describe('the agreement', () => {
  it('is equal where the job is, whatever the layout of its file', () => {
    const again = loadJob('examples/breast-cancer-logistic.yaml');
    expect(agreementOf(again, planJob(again).digests.plan).items).toEqual(
      agreementOf(job, planJob(job).digests.plan).items,
    );
  });

  it('holds against a peer that answers anything', () => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constant('f'.repeat(64)), fc.constant('['.repeat(1500)));
    const keys = fc.oneof(fc.string(), fc.constantFrom('data', 'parties', '__proto__', 'data.features', 'plan'));
    const items = fc.dictionary(keys, text, { maxKeys: 30 });
    fc.assert(
      fc.property(items, fc.array(items, { maxLength: 10 }), (hello, answers) => {
        const comparison = new Comparison('east', agreementOf(job, NO_PLAN), hello);
        for (const answer of answers) {
          if (!comparison.isOpen) break;
          comparison.next();
          comparison.accept(answer);
        }
        const { problems } = comparison.error();
        expect(problems.length).toBeGreaterThan(0);
        expect(problems.length).toBeLessThanOrEqual(21);
        for (const line of problems) expect(line).toMatch(/^[^\p{Cc}]{1,700}$/u);
      }),
    );
  });
});
