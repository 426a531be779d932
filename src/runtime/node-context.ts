/**
 * What operations of a phase run on at a node of a session, be it an evaluator or a dealer.
 * @module
 */
import type { NodeContext } from '../operations/execution.ts';
import type { Plan } from '../plan/plan.ts';
import type { GatheredRows } from './gathered-rows.ts';
import { OwnNoise } from './own-noise.ts';
import type { Workspace } from './workspace.ts';

interface Parts {
  readonly plan: Plan;
  readonly workspace: Workspace;
  readonly gatheredRows: GatheredRows;
  readonly recordMasks: NodeContext['recordMasks'];
}

/** `noises` takes on this node's part of each noise of the phase. */
export function nodeContext(
  { plan, workspace, gatheredRows, recordMasks }: Parts,
  noises: OwnNoise[] = [],
): NodeContext {
  const { memory, machine, step, table } = workspace;
  const { values, roles } = plan;
  return {
    ...{ values, roles, machine, memory, step, table },
    words: (count) => workspace.words(count),
    planes: (count, n) => workspace.planes(count, n),
    u32s: (numbers) => workspace.u32s(numbers),
    factor: (factor) => workspace.factor(factor),
    rowNumbers: (selected) => gatheredRows.indices(selected, plan),
    recordMasks,
    ownNoise(noise, count) {
      const own = new OwnNoise(workspace, noise, roles.trust, count);
      noises.push(own);
      return own;
    },
  };
}
