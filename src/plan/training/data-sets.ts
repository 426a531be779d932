/**
 * The records that enter before a training: each kind is one set, and all sets are loaded at the same time.
 * @module
 */
import { OUTPUTS } from '../../graph/output.ts';
import type { Part, Session, ValueId } from '../plan.ts';
import type { PlanBuilder } from '../write/plan-builder.ts';
import { loadingPhases } from './loading.ts';
import { weightingOf } from './row-weights.ts';
import { type ColumnOwners, type RowsByOwner, type TrainingTask, totalOf } from './task.ts';

/** Records that have entered, by the values that hold them. */
export interface RecordSet {
  readonly features: ValueId;
  readonly labels: ValueId;
  /** The factor of each row's loss; absent where all count alike. */
  readonly weights?: ValueId;
  /** The features times that factor, where these enter, too. */
  readonly weightedFeatures?: ValueId;
}

/** What enters of each row, by the names of its inputs. */
export type ColumnsName = keyof RecordSet;

export interface Columns {
  readonly cols: number;
  readonly fractionalBits: number;
  readonly bound: number;
}

/** The kinds of records, in the order in which they are loaded, with the names of their values. */
const NAMES = { train: 'training', validation: 'validation', test: 'test' } as const;
type Kind = keyof typeof NAMES;

/** What values of each set of columns are called. */
const WORDS: Readonly<Record<ColumnsName, string>> = {
  features: 'features',
  labels: 'labels',
  weights: 'weights',
  weightedFeatures: 'weighted features',
};

/** Bits of a weight, and of a weighted feature, up to the largest: as many as a feature takes in standard deviations. */
const WEIGHT_BITS = 16;
const WEIGHTED_BITS = 20;

export class DataSets {
  readonly features: Columns;
  readonly labels: Columns;
  /** Of training rows alone, where they have weights. */
  readonly weights?: Columns;
  readonly weightedFeatures?: Columns;
  readonly #plan: PlanBuilder;
  readonly #owners: ColumnOwners | undefined;
  readonly #sets = new Map<Kind, RecordSet>();

  constructor(plan: PlanBuilder, task: TrainingTask) {
    const { architecture, dataBits, clip, columns, weights } = task;
    const { inputs, outputs, output } = architecture;
    this.#plan = plan;
    this.#owners = columns;
    this.features = { cols: inputs, fractionalBits: dataBits, bound: clip };
    // A class is an integer; a target lies between −1 and 1.
    this.labels = { cols: outputs, fractionalBits: OUTPUTS[output].isClass ? 0 : dataBits, bound: 1 };
    if (weights === undefined) return;
    // Large weights have fewer digits, so that what they are multiplied by keeps its own.
    const upTo = (bits: number, largest: number) => Math.max(0, bits - Math.max(0, Math.ceil(Math.log2(largest))));
    this.weights = { cols: 1, fractionalBits: upTo(WEIGHT_BITS, weights.largest), bound: weights.largest };
    if (weightingOf(task) !== 'features') return;
    const bound = clip * weights.largest;
    this.weightedFeatures = { cols: inputs, fractionalBits: Math.min(dataBits, upTo(WEIGHTED_BITS, bound)), bound };
  }

  add(kind: Kind, rows: RowsByOwner): RecordSet {
    const { features, labels } = this.#partsOf(rows);
    const enter = (of: ColumnsName, { cols, fractionalBits, bound }: Columns) => {
      const label = { name: `${NAMES[kind]} ${WORDS[of]}`, layer: 'records' };
      const parts = of === 'features' || of === 'weightedFeatures' ? features : labels;
      return this.#plan.addRecords(parts, cols, fractionalBits, bound, label);
    };
    const optional = (of: 'weights' | 'weightedFeatures') => {
      const columns = this[of];
      return kind !== 'train' || columns === undefined ? {} : { [of]: enter(of, columns) };
    };
    const set: RecordSet = {
      features: enter('features', this.features),
      labels: enter('labels', this.labels),
      ...optional('weights'),
      ...optional('weightedFeatures'),
    };
    this.#sets.set(kind, set);
    return set;
  }

  /** Who enters what of a set. */
  #partsOf(rows: RowsByOwner): { readonly features: readonly Part[]; readonly labels: readonly Part[] } {
    if (this.#owners === undefined) {
      const parts = Object.entries(rows).map(([owner, count]) => ({ owner, rows: count }));
      return { features: parts, labels: parts };
    }
    const { features, label } = this.#owners;
    const all = totalOf(rows);
    return {
      features: features.map(({ owner, first, count }) => {
        return { owner, rows: all, tile: { firstRow: 0, columns: { first, count } } };
      }),
      labels: [{ owner: label, rows: all }],
    };
  }

  /** Adds the phases in which the owners' records enter. */
  load(): Session[] {
    const loaded = (Object.keys(NAMES) as Kind[]).flatMap((kind) =>
      Object.entries(this.#sets.get(kind) ?? {}).map(([of, records]) => ({ records, name: `${kind}.${of}` })),
    );
    return loadingPhases(this.#plan, loaded);
  }
}
