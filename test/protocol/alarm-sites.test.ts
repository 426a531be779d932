/** The alarm says where and when: a bit for each site and part of the training, over as many words as there are; the error names them. */
import { describe, expect, it } from 'vitest';
import { ALARM_PARTS } from '../../src/plan/plan.ts';
import { simulate } from '../../src/runtime/clear/simulate.ts';
import { PARTIES, Program, TRUST } from './harness.ts';

const LIMIT = 28;

describe.each(TRUST)('in %s', (trust) => {
  /** Column s of a step's row is watched at site s; the entries named as wrong are beyond the limit. */
  function watched(sites: number, steps: number, wrong: (step: number, site: number) => boolean): Program {
    const program = new Program(trust);
    const shape = { rows: steps + 1, cols: sites };
    const rows = program.builder.addState(shape, 16, 2 ** 20, 'rows');
    // Pairs of row 0 with each other row are those of the steps.
    const values = Array.from({ length: (steps + 1) * sites }, (_, i) => {
      const [step, site] = [Math.floor(i / sites) - 1, i % sites];
      return step >= 0 && wrong(step, site) ? LIMIT * (site % 2 === 0 ? 1 : -2) : LIMIT / 2;
    });
    program.builder.phase('enter', (phase) =>
      phase.update(rows, program.real(phase, 'east', values, shape, 16, 2 ** 20)),
    );
    const write = (phase: Parameters<Parameters<typeof program.builder.phase>[1]>[0]) => {
      const row = phase.gather(rows, 'pairSecond', 1);
      for (let site = 0; site < sites; site++) phase.watch(phase.selectColumns(row, [site]), LIMIT, `site ${site}`);
    };
    program.builder.phase('step', write, true);
    return program;
  }

  const planOf = (program: Program, steps: number, name: string) => {
    program.builder.phase('alarm', (phase) => phase.reveal(phase.alarm('sites and parts'), name, PARTIES));
    return program.plan([1, steps], {
      rows: steps,
      batch: 1,
      epochs: 1,
      stepsPerEpoch: steps,
      rates: [1],
      stepsPerRate: steps,
    });
  };

  it.each([1, 2, 7, 8, 9, 16, 17, 25])('tells %i sites and all parts apart', async (sites) => {
    const steps = 2 * ALARM_PARTS;
    const patterns = [
      () => false,
      () => true,
      (step: number, site: number) => step === 0 && site === 0,
      (step: number, site: number) => step === steps - 1 && site === sites - 1,
      (step: number, site: number) => (step * 7 + site * 5 + step * site) % 6 === 0,
    ];
    for (const [which, wrong] of patterns.entries()) {
      const program = watched(sites, steps, wrong);
      const { outcomes } = await simulate(planOf(program, steps, 'bits'), program.inputsOf);
      const expected = Array.from({ length: sites * ALARM_PARTS }, (_, i) => {
        const [site, part] = [Math.floor(i / ALARM_PARTS), i % ALARM_PARTS];
        return wrong(2 * part, site) || wrong(2 * part + 1, site) ? 1 : 0;
      });
      for (const node of PARTIES) {
        expect([...(outcomes.get(node)?.revealed.get('bits') ?? [])], `pattern ${which}`).toEqual(expected);
      }
    }
  });

  it.each([
    { steps: 16, at: [0], says: 'steps 1 to 2' },
    { steps: 16, at: [15], says: 'steps 15 to 16' },
    { steps: 16, at: [3, 9], says: 'steps 3 to 10' },
    { steps: 100, at: [12], says: 'steps 1 to 13' },
    { steps: 1, at: [0], says: 'steps 1 to 1' },
  ])('names $says of $steps where step $at is wrong', async ({ steps, at, says }) => {
    const program = watched(4, steps, (step, site) => site === 2 && at.includes(step));
    const run = simulate(planOf(program, steps, 'alarm'), program.inputsOf);
    await expect(run).rejects.toMatchObject({ code: 'TREFOIL_RANGE', problems: [`site 2, in ${says}`] });
    await expect(run).rejects.toThrow(`site 2, in ${says}`);
  });

  it.each([1, 2, 3, 7, 9, 20, 50])('names a range with the wrong step in it, of %i steps', async (steps) => {
    for (let at = 0; at < steps; at += Math.ceil(steps / 6)) {
      const program = watched(1, steps, (step) => step === at);
      const error = await simulate(planOf(program, steps, 'alarm'), program.inputsOf).catch((error: unknown) => error);
      const [from, to] = /site 0, in steps (\d+) to (\d+)/.exec(String(error))?.slice(1).map(Number) ?? [];
      expect(from, `step ${at + 1}`).toBeLessThanOrEqual(at + 1);
      expect(to, `step ${at + 1}`).toBeGreaterThanOrEqual(at + 1);
      expect(to - from).toBeLessThanOrEqual(Math.ceil(steps / ALARM_PARTS));
    }
  });
});
