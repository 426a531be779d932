/**
 * The records that enter before a training: each kind is one set, and all sets are loaded at the same time.
 * @module
 */
import { OUTPUTS } from '../../graph/output.ts';
import type { Part, Session, ValueId } from '../plan.ts';
import type { PlanBuilder } from '../write/plan-builder.ts';
import { loadingPhases } from './loading.ts';
import { type ColumnOwners, type RowsByOwner, type TrainingTask, totalOf } from './task.ts';

/** Records that have entered, by the values that hold them. */
export interface RecordSet {
  readonly features: ValueId;
  readonly labels: ValueId;
}

export interface Columns {
  readonly cols: number;
  readonly fractionalBits: number;
  readonly bound: number;
}

/** The kinds of records, in the order in which they are loaded, with the names of their values. */
const NAMES = { train: 'training', validation: 'validation', test: 'test' } as const;
type Kind = keyof typeof NAMES;

export class DataSets {
  readonly features: Columns;
  readonly labels: Columns;
  readonly #plan: PlanBuilder;
  readonly #owners: ColumnOwners | undefined;
  readonly #sets = new Map<Kind, RecordSet>();

  constructor(plan: PlanBuilder, { architecture, dataBits, clip, columns }: TrainingTask) {
    const { inputs, outputs, output } = architecture;
    this.#plan = plan;
    this.#owners = columns;
    this.features = { cols: inputs, fractionalBits: dataBits, bound: clip };
    // A class is an integer; a target lies between −1 and 1.
    this.labels = { cols: outputs, fractionalBits: OUTPUTS[output].isClass ? 0 : dataBits, bound: 1 };
  }

  add(kind: Kind, rows: RowsByOwner): RecordSet {
    const parts = this.#partsOf(rows);
    const [features, labels] = (['features', 'labels'] as const).map((of) => {
      const { cols, fractionalBits, bound } = this[of];
      const label = { name: `${NAMES[kind]} ${of}`, layer: 'records' };
      return this.#plan.addRecords(parts[of], cols, fractionalBits, bound, label);
    });
    const set = { features, labels };
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
    const loaded = (Object.keys(NAMES) as Kind[]).flatMap((kind) => {
      const set = this.#sets.get(kind);
      return set === undefined
        ? []
        : [
            { records: set.features, name: `${kind}.features` },
            { records: set.labels, name: `${kind}.labels` },
          ];
    });
    return loadingPhases(this.#plan, loaded);
  }
}
