/**
 * A model of the graph layer that is trained on float64 records, step by step.
 * @module
 */
import type { Records } from '../../data/records.ts';
import { invariant } from '../../errors.ts';
import { type Gaussian, GraphValues } from '../../graph/evaluate.ts';
import type { NodeId } from '../../graph/graph.ts';
import type { Architecture } from '../../graph/mlp.ts';
import type { Model } from '../../graph/model.ts';
import { OUTPUTS } from '../../graph/output.ts';
import { named, type Parameters } from './network.ts';

export class TrainingRun {
  readonly #architecture: Architecture;
  readonly #model: Model;
  readonly #values: GraphValues;
  readonly #batch: Readonly<Record<'features' | 'labels' | 'padding' | 'weights', Float64Array>>;
  readonly #bindings: Map<string, Float64Array>;

  /** Steps change the arrays of `parameters`. Noise is drawn where the graph has some. */
  constructor(
    architecture: Architecture,
    model: Model & { readonly padding?: NodeId },
    parameters: Parameters,
    gaussian?: Gaussian,
  ) {
    this.#architecture = architecture;
    this.#model = model;
    this.#values = new GraphValues(model.graph, gaussian);
    const { rows } = model.graph.nodes[model.features];
    const { inputs, outputs } = architecture;
    this.#batch = {
      features: new Float64Array(rows * inputs),
      labels: new Float64Array(rows * outputs),
      padding: new Float64Array(rows),
      weights: new Float64Array(rows),
    };
    const memory = model.state.map(({ name, rows, cols }) => [name, new Float64Array(rows * cols)] as const);
    this.#bindings = new Map([...memory, ...named(parameters), ...Object.entries(this.#batch)]);
  }

  /** One step on these rows of the records. Where the model knows padding, there may be fewer than its batch has. */
  step(records: Records, rows: ArrayLike<number>, rate: number): void {
    const { features, labels, padding, weights } = this.#batch;
    const { inputs, outputs, output } = this.#architecture;
    invariant(rows.length <= padding.length, `${rows.length} rows for a batch of ${padding.length}`);
    features.fill(0);
    labels.fill(0);
    padding.fill(1).fill(0, 0, rows.length);
    for (let i = 0; i < rows.length; i++) {
      features.set(records.features.subarray(rows[i] * inputs, (rows[i] + 1) * inputs), i * inputs);
      weights[i] = records.weights?.[rows[i]] ?? 1;
      const label = records.labels[rows[i]];
      if (OUTPUTS[output].isOneHot) labels[i * outputs + label] = 1;
      else labels[i] = label;
    }
    const values = this.#values.evaluate(this.#bindings, rate);
    for (const { name, updated } of this.#model.state) this.#bindings.get(name)?.set(values[updated]);
  }
}
