/**
 * An evaluator's half of a linear combination: on m and [λ], or on [x] where some term is shared.
 * @module
 */

import type { MaskNeeds } from '../plan/mask-needs.ts';
import { type OpOf, type Plan, sizeOf, type ValueId } from '../plan/plan.ts';
import { publicTensor, shareTensor } from '../protocol/tensors.ts';
import type { OperationPlaces } from './operation-places.ts';
import type { EvaluatorSlots } from './slots.ts';
import type { Workspace } from './workspace.ts';

interface LinearContext {
  readonly plan: Plan;
  readonly workspace: Workspace;
  readonly slots: EvaluatorSlots;
  readonly needs: ReadonlyMap<ValueId, MaskNeeds>;
}

export function compileLinear(
  op: OpOf<'linear'>,
  places: Pick<OperationPlaces, 'value' | 'mask'>,
  { plan, workspace, slots, needs }: LinearContext,
): () => void {
  const { kernels, first } = workspace.machine;
  const count = sizeOf(plan.values[op.out]);
  const constant = workspace.factor(op.constant);
  if (plan.values[op.out].kind === 'masked') {
    const isShared = needs.get(op.out)?.shares === true;
    const value = publicTensor(places.value());
    const mask = isShared ? shareTensor(places.mask()) : undefined;
    slots.set(op.out, mask === undefined ? { value, mask } : { value, mask });
    const terms = op.terms.map(({ value, factor }) => ({
      of: isShared ? slots.masked(value) : slots.maskedOrOpened(value),
      factor: workspace.factor(factor),
    }));
    return () => {
      kernels.fill0(value.at, 8 * count);
      for (const { of, factor } of terms) kernels.scaleAdd(value.at, of.value.at, factor(), count);
      const shift = constant();
      if (shift !== 0n) kernels.addScalar(value.at, value.at, shift, count);
      if (mask === undefined) return;
      kernels.fill0(mask.at, 8 * count);
      for (const { of, factor } of terms)
        if (of.mask !== undefined) kernels.scaleAdd(mask.at, of.mask.at, factor(), count);
    };
  }
  const terms = op.terms.map(({ value, factor }) => ({
    of: slots.isShare(value) ? slots.share(value) : slots.masked(value),
    factor: workspace.factor(factor),
  }));
  const out = shareTensor(places.value());
  slots.set(op.out, out);
  return () => {
    kernels.fill0(out.at, 8 * count);
    for (const { of, factor } of terms) {
      if ('is' in of) kernels.scaleAdd(out.at, of.at, factor(), count);
      else {
        if (first) kernels.scaleAdd(out.at, of.value.at, factor(), count);
        kernels.scaleAdd(out.at, of.mask.at, -factor(), count);
      }
    }
    const shift = constant();
    if (first && shift !== 0n) kernels.addScalar(out.at, out.at, shift, count);
  };
}
