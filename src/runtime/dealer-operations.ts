/**
 * The dealer's half of every operation: masks alone, no value ever. Corrections are written as the whole values that are dealt; the
 * phase turns them into the last evaluator's shares.
 * @module
 */
import { factorsOf, type Op, type Plan, sizeOf, type ValueId } from '../plan/plan.ts';
import { dealAllOf } from '../protocol/all-of.ts';
import { anyBitLevels, dealAnyBit } from '../protocol/any-bit.ts';
import { dealBitTimes } from '../protocol/bit-times.ts';
import { dealFourier, dealtAmplitudes, dealtPhases, seriesOf } from '../protocol/fourier.ts';
import { dealLessThan, dealMaskDigits } from '../protocol/less-than.ts';
import { dealProduct, productShape } from '../protocol/product.ts';
import { type DealtTensor, dealtTensor } from '../protocol/tensors.ts';
import { dealTruncate, truncatedMask } from '../protocol/truncate.ts';
import type { RecordMasks } from './record-masks.ts';
import type { Selections } from './selections.ts';
import type { DealerSlots } from './slots.ts';
import type { Workspace } from './workspace.ts';

export interface DealerContext {
  readonly plan: Plan;
  readonly workspace: Workspace;
  readonly slots: DealerSlots;
  readonly selections: Selections;
  readonly masks: RecordMasks;
}

type Step = () => void;

/** `material`: addresses of the operation's items: whole masks where seeded, room for whole values where dealt. */
export function compileDealer(op: Op, material: readonly number[], publicWords: number, context: DealerContext): Step {
  const { plan, workspace, slots } = context;
  const { machine } = workspace;
  const { kernels } = machine;
  const size = (id: ValueId) => sizeOf(plan.values[id]);
  const items = material.map(dealtTensor);
  const fresh = (id: ValueId): DealtTensor => {
    const mask = dealtTensor(workspace.words(size(id)));
    slots.set(id, mask);
    return mask;
  };
  const nothing = () => undefined;

  switch (op.op) {
    case 'input':
    case 'open':
    case 'openBits':
      slots.set(op.out, items[0]);
      return nothing;
    case 'load':
    case 'reveal':
    case 'watch':
      return nothing;
    case 'gather': {
      const { rows, cols } = plan.values[op.out];
      const out = fresh(op.out);
      const indices = context.selections.indices(op, plan);
      if (plan.values[op.of].kind !== 'records') {
        const of = slots.mask(op.of);
        return () => kernels.gatherRows(out.at, of.at, indices, rows, cols);
      }
      const addMasks = context.masks.adder(op.of, rows);
      return () => {
        kernels.fill0(out.at, 8 * rows * cols);
        addMasks(workspace.memory.u32(indices, rows), out.at);
      };
    }
    case 'broadcast': {
      const { rows, cols, kind } = plan.values[op.out];
      if (kind !== 'masked') return nothing;
      const of = slots.mask(op.of);
      const out = fresh(op.out);
      return () => kernels.broadcastRow(out.at, of.at, rows, cols);
    }
    case 'sumRows': {
      const { rows, cols, kind } = plan.values[op.of];
      if (kind !== 'masked') return nothing;
      const of = slots.mask(op.of);
      const out = fresh(op.out);
      return () => kernels.sumRows(out.at, of.at, rows, cols);
    }
    case 'sumColumns':
    case 'repeatColumn':
    case 'selectColumns': {
      if (plan.values[op.out].kind !== 'masked') return nothing;
      const { rows, cols } = plan.values[op.of];
      const of = slots.mask(op.of);
      const out = fresh(op.out);
      if (op.op === 'sumColumns') return () => kernels.sumColumns(out.at, of.at, rows, cols);
      const to = plan.values[op.out].cols;
      if (op.op !== 'selectColumns') return () => kernels.repeatColumn(out.at, of.at, rows, to);
      const columns = workspace.u32s(op.columns);
      return () => kernels.selectColumns(out.at, of.at, columns, rows, cols, to);
    }
    case 'randomSums': {
      const of = slots.mask(op.of);
      const out = fresh(op.out);
      const tests = plan.values[op.out].rows;
      const n = size(op.of);
      return () => kernels.randomSums(out.at, of.at, publicWords, n, op.chunk, tests);
    }
    case 'allOf': {
      const [count, factors] = [size(op.out), factorsOf(op)];
      return () => dealAllOf(machine, count, factors, items);
    }
    case 'linear': {
      if (plan.values[op.out].kind !== 'masked') return nothing;
      const out = fresh(op.out);
      const count = size(op.out);
      const terms = op.terms.map(({ value, factor }) => ({ of: slots.mask(value), factor: workspace.factor(factor) }));
      return () => {
        kernels.fill0(out.at, 8 * count);
        for (const { of, factor } of terms) kernels.scaleAdd(out.at, of.at, factor(), count);
      };
    }
    case 'product': {
      const shape = productShape(op.form, plan.values[op.x], plan.values[op.y]);
      const [x, y] = [slots.mask(op.x), slots.mask(op.y)];
      return () => dealProduct(machine, shape, x, y, items[0]);
    }
    case 'truncate': {
      const of = slots.mask(op.of);
      const count = size(op.out);
      const [u, b, rho] = items;
      if (plan.values[op.out].kind === 'shares') return () => dealTruncate(machine, of, u, b, op.bits, count);
      const out = fresh(op.out);
      return () => {
        dealTruncate(machine, of, u, b, op.bits, count);
        truncatedMask(machine, u, rho, out, op.bits, count);
      };
    }
    case 'fourier': {
      const series = seriesOf(op.function);
      const of = slots.mask(op.of);
      const { fractionalBits } = plan.values[op.of];
      const count = size(op.out);
      const terms = series.amplitudes.length;
      const [amplitudes, phases] = [workspace.words(terms), workspace.words(terms)];
      dealtPhases(series, workspace.memory.u64(phases, terms));
      return () => {
        const scale = op.scale.constant * workspace.step.learningRate ** op.scale.ratePower;
        dealtAmplitudes(series, scale, op.dealtBits, workspace.memory.f64(amplitudes, terms));
        dealFourier(machine, series, of, fractionalBits, amplitudes, phases, items[0], count, workspace.table);
      };
    }
    case 'maskDigits': {
      const of = slots.mask(op.of);
      const count = size(op.of);
      const temporary = workspace.planes(64, count);
      return () => dealMaskDigits(machine, of, items[0], count, temporary);
    }
    case 'lessThan': {
      const [masks, products, masks2, products2] = items;
      const count = size(op.of);
      return () => dealLessThan(machine, masks, products, masks2, products2, count);
    }
    case 'bitTimes': {
      const [bit, product] = items;
      const [bits, value] = [slots.mask(op.bits), slots.mask(op.value)];
      const count = size(op.out);
      return () => dealBitTimes(machine, bits, value, bit, product, count);
    }
    case 'alarm':
      return () => {
        for (let level = 0; level < anyBitLevels; level++) {
          dealAnyBit(machine, size(op.out), level, items[2 * level], items[2 * level + 1]);
        }
      };
  }
}
