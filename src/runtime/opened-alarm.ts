/**
 * What a node makes of the alarm of its run, each time it is opened: goes on, or stops with where and when a value left its range, as far as the job
 * opens that.
 * @module
 */
import { TrefoilError } from '../errors.ts';
import { ALARM_PARTS } from '../operations/alarm-words.ts';
import { stepsInAll } from '../plan/folds.ts';
import { noisesOf } from '../plan/noise-deviations.ts';
import type { Plan, Site } from '../plan/plan.ts';

/** Where in a run its alarm is read, in an error. */
export const ALARM_PHASE = 'range alarm';

export class Alarm {
  readonly #plan: Plan;
  /** Training steps up to the last time that it was opened, and up to now. */
  #read = 0;
  #trained = 0;

  constructor(plan: Plan) {
    this.#plan = plan;
  }

  trained(steps: number): void {
    this.#trained = Math.max(this.#trained, steps);
  }

  /** Takes the opened bits. Throws `TREFOIL_RANGE` where one is set. */
  read(bits: Float64Array): void {
    const when = this.#when();
    this.#read = this.#trained;
    if (bits.every((bit) => bit === 0)) return;
    const { sites, phases } = this.#plan;
    const isPrivate = phases.some((phase) => phase.trains && noisesOf(phase).length > 0);
    const { remedy, where, problems } =
      bits.length === 1 ? somewhere(sites) : { ...this.#places(bits), where: 'It was in:' };
    throw new TrefoilError(
      'TREFOIL_RANGE',
      'the range alarm tripped: a value left the interval where the arithmetic is right, so the model would be wrong and none is released' +
        `${isPrivate ? ', though the budget counts as spent' : ''}; ${remedy}. It was seen ${when}. ${where}`,
      { problems, place: { phase: ALARM_PHASE } },
    );
  }

  /** The last time that it is opened, the evaluation may be what it saw. */
  #when(): string {
    const steps = stepsInAll(this.#plan.training);
    if (this.#trained === this.#read) return 'after the training';
    const from = this.#read + 1;
    return this.#trained === steps ? `from step ${from} on` : `in steps ${from} to ${this.#trained}`;
  }

  #places(bits: Float64Array): { remedy: string; problems: readonly string[] } {
    const tripped = this.#plan.sites
      .map((site, s) => ({ ...site, parts: partsOf(bits, s) }))
      .filter(({ parts }) => parts.length > 0);
    return {
      remedy: [...new Set(tripped.map(({ remedy }) => remedy))].join('; or '),
      problems: tripped.map(({ name, parts }) => `${name}, ${this.#steps(parts)}`),
    };
  }

  #steps(parts: readonly number[]): string {
    const steps = stepsInAll(this.#plan.training);
    const from = Math.ceil((parts[0] * steps) / ALARM_PARTS) + 1;
    return `in steps ${from} to ${Math.ceil(((parts[parts.length - 1] + 1) * steps) / ALARM_PARTS)}`;
  }
}

/** The parts of the training in which the alarm tripped at a site. */
const partsOf = (bits: Float64Array, site: number): number[] =>
  Array.from({ length: ALARM_PARTS }, (_, part) => part).filter((part) => bits[site * ALARM_PARTS + part] !== 0);

/** What one opened bit leaves open: all that is watched, and what helps in each place. */
function somewhere(sites: readonly Site[]): { remedy: string; where: string; problems: readonly string[] } {
  const byRemedy = [...new Set(sites.map(({ remedy }) => remedy))].map((remedy) => ({
    remedy,
    names: sites.filter((site) => site.remedy === remedy).map(({ name }) => name),
  }));
  const isShared = byRemedy.length === 1;
  return {
    remedy: isShared ? byRemedy[0].remedy : 'what helps stands below',
    where: 'It was in one of these, and nobody learns in which:',
    problems: byRemedy.flatMap(({ remedy, names }) => (isShared ? names : [`${names.join('; ')}: ${remedy}`])),
  };
}
