/**
 * Writes a plan, phase by phase.
 * @module
 */

import type { Phase } from '../plan.ts';
import { fillLayers } from './label-layers.ts';
import { leaveOutCorrections } from './mask-needs.ts';
import { PhaseBuilder } from './phase-builder.ts';
import { schedule } from './schedule.ts';
import { ValueTable } from './value-table.ts';

export class PlanBuilder extends ValueTable {
  readonly phases: Phase[] = [];

  /** What has been written so far, to come back to after a trial. */
  mark(): { readonly values: number; readonly phases: number; readonly usedBits: number } {
    return { values: this.values.length, phases: this.phases.length, usedBits: this.usedBits };
  }

  reset(mark: ReturnType<PlanBuilder['mark']>): void {
    this.values.length = mark.values;
    this.phases.length = mark.phases;
    this.usedBits = mark.usedBits;
  }

  phase(name: string, write: (phase: PhaseBuilder) => void, trains = false): number {
    const phase = new PhaseBuilder(this);
    write(phase);
    const updated = phase.updates.map(({ from }) => from);
    const written = leaveOutCorrections(phase.ops, this.values, updated);
    const { ops, openingRounds } = schedule(written, this.values, this.roles);
    fillLayers(written, this.values);
    this.phases.push({ name, ops, openingRounds, updates: phase.updates, trains });
    return this.phases.length - 1;
  }
}
