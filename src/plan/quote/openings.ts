/**
 * Everything that leaves the computation, by name, with the rows behind it and who learns it.
 * @module
 */
import { declared, inputsOf } from '../../operations/table.ts';
import { sizeOf, type ValueId } from '../../operations/value.ts';
import { foldRows } from '../folds.ts';
import { outputNamed } from '../outputs/catalogue.ts';
import type { RowsBehind } from '../outputs/output.ts';
import type { Phase, Plan } from '../plan.ts';
import { revealsOfPhase } from './cost.ts';

export interface OpeningNotice {
  readonly name: string;
  /** What it is in the words of a data steward. */
  readonly what: string;
  readonly to: readonly string[];
  /** Numbers opened at a time, and how many times. */
  readonly numbers: number;
  readonly times: number;
  /** How many rows each of them is made of. */
  readonly rows: number;
  /** The number of rows of which these are some, or all. */
  readonly ofRows: number;
  /** How many rows each party has among those that they are taken from. */
  readonly owners: Readonly<Record<string, number>>;
}

/** How many rows of each kind a party has. */
export interface OwnedRows {
  readonly name: string;
  readonly train: number;
  readonly test: number;
  readonly validation: number;
}

/** What is opened with noise that was added in the same phase. */
function noisyValues({ ops }: Phase): Set<ValueId> {
  const noisy = new Set<ValueId>();
  for (const { op } of ops) {
    if (!('out' in op)) continue;
    const { noise, isFresh } = declared(op);
    if (noise !== undefined || (isFresh === true && inputsOf(op).some((id) => noisy.has(id)))) noisy.add(op.out);
  }
  return noisy;
}

export function openingsOf(plan: Plan, parties: readonly OwnedRows[]): OpeningNotice[] {
  const notices = new Map<string, OpeningNotice>();
  for (const { phase, repeat } of plan.sessions) {
    const noisy = noisyValues(plan.phases[phase]);
    for (const { name, of, to } of revealsOfPhase(plan.phases[phase])) {
      const times = (notices.get(name)?.times ?? 0) + repeat;
      const { what, over } = outputNamed(name);
      const owners = Object.fromEntries(parties.map((party) => [party.name, ownedRows(plan, party, over)]));
      notices.set(name, {
        name,
        what: `${what}${overFolds(plan, over)}${noisy.has(of) ? ', with noise' : ''}`,
        to,
        numbers: sizeOf(plan.values[of]),
        times,
        ...rowsBehind(plan, over, owners),
        owners,
      });
    }
  }
  return [...notices.values()];
}

/** With folds, test rows are training rows that a fold held out. */
const overFolds = ({ training: { folds } }: Plan, over: RowsBehind): string =>
  folds !== undefined && over === 'test' ? `, over all ${folds.count} folds` : '';

function ownedRows(plan: Plan, { train, test, validation }: OwnedRows, over: RowsBehind): number {
  if (over === 'all') {
    const entering = (kind: string, rows: number) =>
      plan.values.some(({ name }) => name === `${kind} labels`) ? rows : 0;
    return train + entering('test', test) + entering('validation', validation);
  }
  if (over === 'test' && plan.training.folds === undefined) return test;
  return over === 'validation' ? validation : train;
}

function rowsBehind(
  plan: Plan,
  over: RowsBehind,
  owners: Readonly<Record<string, number>>,
): Pick<OpeningNotice, 'rows' | 'ofRows'> {
  const { training } = plan;
  const counts = Object.values(owners);
  const ofRows = hasTiles(plan) ? Math.max(...counts) : counts.reduce((sum, rows) => sum + rows, 0);
  if (over === 'batch') return { rows: training.batch, ofRows };
  if (over === 'fold' && training.folds !== undefined) {
    return { rows: foldRows(ofRows, training.folds, training.folds.count - 1), ofRows };
  }
  // Each further epoch leaves out other rows.
  const isPart = over === 'trained' && training.epochs === 1;
  return { rows: isPart ? training.batch * training.stepsPerEpoch : ofRows, ofRows };
}

/** Whether owners have different columns of the same rows, which then count once. */
const hasTiles = ({ state }: Plan): boolean =>
  state.some(({ parts }) => parts?.some(({ tile }) => tile !== undefined) === true);
