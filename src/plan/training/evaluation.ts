/**
 * Metrics on held-out rows without showing anybody a prediction: only counts and sums over all rows are opened, at the very end.
 * Rows are taken a tile at a time. The first tile is the one that may be smaller; it begins the counts and sums, others add to them.
 * @module
 */
import { invariant } from '../../errors.ts';
import type { Architecture } from '../../graph/mlp.ts';
import { LOSS_BITS, lossResolution } from '../loss-resolution.ts';
import type { Watched } from '../lowering/watched.ts';
import type { Counts } from '../outputs/metrics/metric.ts';
import { type Head, PREDICTED_ROWS } from '../outputs/metrics/predicted-rows.ts';
import {
  COUNTED,
  METRIC_NAMES,
  METRICS,
  type Metric,
  type MetricDefinition,
  type MetricOutputName,
} from '../outputs/metrics.ts';
import { type Loss, type Session, sizeOf, type ValueId } from '../plan.ts';
import type { PhaseBuilder } from '../write/phase-builder.ts';
import type { PlanBuilder } from '../write/plan-builder.ts';
import { added, ROW_TILE, rowTiles } from '../write/row-tiles.ts';
import type { RecordSet } from './data-sets.ts';
import type { TrainingTask } from './task.ts';

/** A count or sum that is opened for a metric, under the name of its output. */
export interface Tally {
  readonly name: MetricOutputName;
  readonly value: ValueId;
  /** Only where it is a mean loss. */
  readonly loss?: Loss;
}

export interface Evaluation {
  /** Phases to run, in order, with their repetitions. */
  readonly sessions: readonly Session[];
  readonly tallies: readonly Tally[];
}

/** The rows that are evaluated at a time, where they are some of those that all tallies together are over. */
export interface EvaluatedPart {
  /** How they are chosen among the records. */
  readonly choice: 'next' | 'fold';
  readonly rows: number;
  /** Rows that the tallies of all parts are over, rows of the largest part, and the parts. */
  readonly all: number;
  readonly most: number;
  readonly parts: number;
}

/** The model to evaluate. */
export interface Evaluated {
  readonly architecture: Architecture;
  readonly parameters: readonly ValueId[];
  /** Half-width of the interval of the smooth functions. */
  readonly interval: number;
  readonly watched: Watched;
}

/** The metrics that somebody learns. */
export const wantedMetrics = ({ reveal }: TrainingTask): readonly Metric[] =>
  METRIC_NAMES.filter((metric) => reveal.metrics[metric].length > 0);

/** Adds the phases that count what the task opens of its test rows. */
export function evaluationPart(
  plan: PlanBuilder,
  task: TrainingTask,
  test: RecordSet | undefined,
  model: Evaluated,
): Evaluation {
  const metrics = wantedMetrics(task);
  return test === undefined || metrics.length === 0
    ? { sessions: [], tallies: [] }
    : evaluationPhases(plan, metrics, test, model);
}

/** Adds the phases that count what `metrics` need of the rows of `data`, or of a part of them. */
export function evaluationPhases(
  plan: PlanBuilder,
  metrics: readonly Metric[],
  data: RecordSet,
  model: Evaluated,
  part: EvaluatedPart = everyRow(plan.values[data.labels].rows),
): Evaluation {
  return phasesOf(model.architecture.output, plan, metrics, data, model, part);
}

const everyRow = (rows: number): EvaluatedPart => ({ choice: 'next', rows, all: rows, most: rows, parts: 1 });

function phasesOf<H extends Head>(
  head: H,
  plan: PlanBuilder,
  metrics: readonly Metric[],
  data: RecordSet,
  { architecture, ...model }: Evaluated,
  { choice, rows, all, most, parts }: EvaluatedPart,
): Evaluation {
  const { tiles, first } = rowTiles(rows);
  const counted = (Object.entries(COUNTED[head]) as [Metric, Counts<H>][]).filter(([metric]) =>
    metrics.includes(metric),
  );
  const definitions = counted.map(([metric]): readonly [Metric, MetricDefinition] => [metric, METRICS[metric]]);
  const countsCells = definitions.some(([, { needsCells = false }]) => needsCells);
  const passes = definitions.flatMap(([, { secondPass }]) =>
    secondPass === undefined ? [] : [secondPass(plan, rows, most)],
  );
  const tallies = new Tallies(plan, architecture, plan.values[data.features].fractionalBits);
  // All tiles' roundings together stay within one unit of the last place of a loss.
  const lossBits = LOSS_BITS[head] + Math.ceil(Math.log2(parts * rowTiles(most).tiles));
  // What needs all rows together finds them next to each other.
  const labelsOfPart = choice === 'next' || passes.length === 0 ? undefined : keptLabels(plan, data.labels, rows);

  const predict = (name: string, from: number, count: number) =>
    plan.phase(name, (phase) => {
      const [features, labels] = [data.features, data.labels].map((of) => phase.gather(of, choice, count, from));
      const tile = { features, labels, rows: count, share: count / all, lossBits };
      const predicted = new PREDICTED_ROWS[head](phase, tile, { architecture, ...model, countsCells });
      for (const [metric, counts] of counted) {
        for (const [name, count] of Object.entries(counts) as [MetricOutputName, Counts<H>[string]][]) {
          tallies.add(phase, metric, name, count(predicted), tile.share);
        }
      }
      for (const pass of passes) pass.keep(phase, predicted.maskedLogits(), from);
      if (labelsOfPart !== undefined) phase.update(labelsOfPart, labels, from);
    });
  const sessions: Session[] = [{ phase: predict('evaluation', 0, first), repeat: 1 }];
  if (tiles > 1) sessions.push({ phase: predict('evaluation of further rows', first, ROW_TILE), repeat: tiles - 1 });
  for (const pass of passes) sessions.push(...pass.count(labelsOfPart ?? data.labels));
  const together = passes.flatMap(({ counts }) => counts);
  return { sessions, tallies: [...tallies.all, ...together] };
}

/** Room for the labels of a part. */
function keptLabels(plan: PlanBuilder, labels: ValueId, rows: number): ValueId {
  const { cols, fractionalBits, bound, layer } = plan.values[labels];
  return plan.addState({ rows, cols }, fractionalBits, bound, { name: 'labels of the fold', layer });
}

/** What the tiles' counts add up to. */
class Tallies {
  readonly all: Tally[] = [];
  readonly #plan: PlanBuilder;
  readonly #architecture: Architecture;
  readonly #dataBits: number;

  constructor(plan: PlanBuilder, architecture: Architecture, dataBits: number) {
    this.#plan = plan;
    this.#architecture = architecture;
    this.#dataBits = dataBits;
  }

  /** Adds what was counted of a tile; `share` is its part of all rows. */
  add(phase: PhaseBuilder, metric: Metric, name: MetricOutputName, counted: ValueId, share: number): void {
    const value = phase.valueOf(counted);
    // Nothing by row may leave.
    invariant(sizeOf(value) <= Math.max(2, this.#architecture.outputs) ** 2, `${name} is a tally over all rows`);
    const known = this.all.find((tally) => tally.name === name)?.value;
    if (known !== undefined) {
      phase.update(known, added(phase, known, counted));
      return;
    }
    // What is proved of the rows of a tile is proved alike of those of the others.
    const total = this.#plan.addState(value, value.fractionalBits, value.bound / share, name);
    phase.update(total, counted);
    const { loss }: MetricDefinition = METRICS[metric];
    const resolved = lossResolution(this.#architecture, this.#dataBits);
    this.all.push({ name, value: total, ...(loss === undefined ? {} : { loss: { resolved } }) });
  }
}
