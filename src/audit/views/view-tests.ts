/**
 * Tests of what the adversaries of a trust mode see, run after run: whether it is uniform, and whether it tells two sets of records apart.
 * @module
 */

import { invariant } from '../../errors.ts';
import type { Plan, Roles } from '../../plan/plan.ts';
import { TRUST_MODES } from '../../trust/modes.ts';
import { adversaries } from '../../trust/roles.ts';
import type { TwoWorlds, UniformityOfView } from '../report/audit-report.ts';
import type { NodeView } from './node-view.ts';
import { distinguisherAdvantage } from './two-worlds.ts';
import { uniformity } from './uniformity.ts';
import { viewFeatures } from './view-features.ts';
import { ViewWords } from './view-words.ts';

export type World = 'a' | 'b';

/** Words of one sequence that are tested together: enough to see a bias of 1 %, small enough to keep. */
const MOST_WORDS = 2 ** 18;
/** The probability that sound runs fail any test of one view. */
const FALSE_ALARM = 1e-6;
/** With which all intervals of a report cover what they estimate, together. */
export const CONFIDENCE = 0.999;

interface Tested {
  readonly nodes: readonly string[];
  readonly sequences: Map<string, WordStore>;
  readonly features: Readonly<Record<World, Float64Array[]>>;
}

export class ViewTests {
  readonly #roles: Roles;
  readonly #words: ViewWords;
  readonly #tested: readonly Tested[];

  constructor(plan: Plan) {
    this.#roles = plan.roles;
    this.#words = new ViewWords(plan);
    this.#tested = adversaries(plan.roles).map((nodes) => ({
      nodes,
      sequences: new Map(),
      features: { a: [], b: [] },
    }));
  }

  /** Takes down what the tests need of one run. */
  add(world: World, run: ReadonlyMap<string, NodeView>): void {
    for (const { nodes, sequences, features } of this.#tested) {
      const views = nodes.map((name) => {
        const view = run.get(name);
        invariant(view !== undefined, `${name} took part in the run`);
        return view;
      });
      const words = this.#words.of(views);
      for (const [name, sequence] of words) {
        const store = sequences.get(name) ?? new WordStore(MOST_WORDS);
        sequences.set(name, store);
        store.add(sequence);
      }
      features[world].push(viewFeatures(words, views));
    }
  }

  uniformity(): UniformityOfView[] {
    return this.#tested.map(({ nodes, sequences }) => {
      const falseAlarm = FALSE_ALARM / Math.max(1, sequences.size);
      const results = [...sequences].map(([name, store]) => ({ name, ...uniformity(store.words, falseAlarm) }));
      return {
        view: this.#nameOf(nodes),
        values: results.reduce((sum, { values }) => sum + values, 0),
        tests: results.reduce((sum, { tests }) => sum + tests.length, 0),
        failed: results.flatMap(({ name, failed }) => failed.map((test) => `${name}: ${test}`)),
        falseAlarm: FALSE_ALARM,
      };
    });
  }

  /** `views`: intervals that hold together with `CONFIDENCE`, those of this plan by default. */
  twoWorlds(views = this.#tested.length): TwoWorlds[] {
    return this.#tested.map(({ nodes, features }) => ({
      view: this.#nameOf(nodes),
      pairs: features.a.length,
      advantage: distinguisherAdvantage(features.a, features.b, 1 - (1 - CONFIDENCE) / views),
    }));
  }

  #nameOf(nodes: readonly string[]): string {
    const { trust, dealer } = this.#roles;
    const named = nodes.map((name) => (name === dealer ? `${name}${TRUST_MODES[trust].dealerIsCalled}` : name));
    return `${trust}: ${named.join(' and ')}`;
  }
}

/** The first words that are added, up to a number. */
class WordStore {
  readonly #most: number;
  #room = new BigUint64Array(1024);
  #count = 0;

  constructor(most: number) {
    this.#most = most;
  }

  add(words: BigUint64Array): void {
    const kept = words.subarray(0, this.#most - this.#count);
    if (this.#count + kept.length > this.#room.length) {
      const larger = new BigUint64Array(Math.max(2 * this.#room.length, this.#count + kept.length));
      larger.set(this.#room);
      this.#room = larger;
    }
    this.#room.set(kept, this.#count);
    this.#count += kept.length;
  }

  get words(): BigUint64Array {
    return this.#room.subarray(0, this.#count);
  }
}
