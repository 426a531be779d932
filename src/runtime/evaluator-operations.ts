/**
 * An evaluator's half of every operation, compiled once into steps that run without allocating: one before each opening of the
 * operation and one after the last.
 * @module
 */
import type { MaskNeeds } from '../plan/mask-needs.ts';
import { ALARM_PARTS, alarmWords, factorsOf, type Op, type Plan, sizeOf, type ValueId } from '../plan/plan.ts';
import { AllOf, allOfLevels, allOfTemporary } from '../protocol/all-of.ts';
import { AnyBit, anyBitLevels, anyBitTemporary } from '../protocol/any-bit.ts';
import { evaluateBitTimes } from '../protocol/bit-times.ts';
import { evaluateFourier, seriesOf } from '../protocol/fourier.ts';
import { LessThan } from '../protocol/less-than.ts';
import { contribute, contributeBits } from '../protocol/open.ts';
import { evaluateProduct, productShape } from '../protocol/product.ts';
import {
  bitShares,
  type Masked,
  type PublicTensor,
  publicBits,
  publicTensor,
  type ShareTensor,
  shareTensor,
} from '../protocol/tensors.ts';
import { contributeCarry, truncatedMask, truncatedValue, truncateToShares } from '../protocol/truncate.ts';
import { planeWords } from '../ring/bit-kernels.ts';
import { compileLinear } from './evaluator-linear.ts';
import type { OperationPlaces } from './operation-places.ts';
import { OwnNoise } from './own-noise.ts';
import type { RecordMasks } from './record-masks.ts';
import type { Selections } from './selections.ts';
import type { EvaluatorSlots } from './slots.ts';
import { inSlices, type Step } from './steps.ts';
import type { Workspace } from './workspace.ts';

export interface EvaluatorContext {
  readonly plan: Plan;
  readonly workspace: Workspace;
  readonly slots: EvaluatorSlots;
  readonly selections: Selections;
  readonly masks: RecordMasks;
  readonly needs: ReadonlyMap<ValueId, MaskNeeds>;
  /** Takes on this node's part of each noise of the phase. */
  readonly noises: OwnNoise[];
  /** The words that collect the alarm. */
  readonly alarm: number;
}

export function compileEvaluator(op: Op, places: OperationPlaces, context: EvaluatorContext): readonly Step[] {
  const { plan, workspace, slots } = context;
  const { machine } = workspace;
  const { kernels, first } = machine;
  const { material, outgoing, opened } = places;
  const size = (id: ValueId) => sizeOf(plan.values[id]);
  const fresh = (id: ValueId): Masked => {
    const masked = { value: publicTensor(places.value()), mask: shareTensor(places.mask()) };
    slots.set(id, masked);
    return masked;
  };
  const needsShares = (id: ValueId) => context.needs.get(id)?.shares === true;
  const freshShare = (id: ValueId): ShareTensor => {
    const share = shareTensor(places.value());
    slots.set(id, share);
    return share;
  };
  /** Runs a linear map on whatever the value is to this evaluator: on m and [λ], or on [x]. */
  const eachPart = (of: ValueId, out: ValueId, map: (from: number, to: number) => void): Step[] => {
    if (slots.isShare(of)) {
      const [from, to] = [slots.share(of), freshShare(out)];
      return [() => map(from.at, to.at)];
    }
    if (!needsShares(out)) {
      const [from, to] = [slots.maskedOrOpened(of).value, publicTensor(places.value())];
      slots.set(out, { value: to, mask: undefined });
      return [() => map(from.at, to.at)];
    }
    const [from, to] = [slots.masked(of), fresh(out)];
    return [
      () => {
        map(from.value.at, to.value.at);
        map(from.mask.at, to.mask.at);
      },
    ];
  };
  const copyOf = (of: ShareTensor, count: number, out: ShareTensor) => () => kernels.copy(out.at, of.at, 8 * count);
  /** −[λ] (+ m for the first): a masked value as a share. */
  const toShare = ({ value, mask }: Masked, count: number, out: ShareTensor) => {
    if (first) kernels.sub(out.at, value.at, mask.at, count);
    else kernels.neg(out.at, mask.at, count);
  };

  switch (op.op) {
    case 'input': // What owners enter is in place before the phase begins.
    case 'load':
    case 'reveal': // Sent when the phase ends.
      return [() => undefined];
    case 'gather': {
      const { rows, cols } = plan.values[op.out];
      const indices = context.selections.indices(op, plan);
      if (plan.values[op.of].kind !== 'records') {
        return eachPart(op.of, op.out, (from, to) => kernels.gatherRows(to, from, indices, rows, cols));
      }
      const records = slots.records(op.of);
      const out = fresh(op.out);
      const addMasks = context.masks.adder(op.of);
      return [
        () => {
          records.gather(out.value.at, indices, rows);
          kernels.fill0(out.mask.at, 8 * rows * cols);
          addMasks(workspace.memory.u32(indices, rows), [out.mask.at]);
        },
      ];
    }
    case 'broadcast': {
      const { rows, cols } = plan.values[op.out];
      return eachPart(op.of, op.out, (from, to) => kernels.broadcastRow(to, from, rows, cols));
    }
    case 'sumRows': {
      const { rows, cols } = plan.values[op.of];
      return eachPart(op.of, op.out, (from, to) => kernels.sumRows(to, from, rows, cols));
    }
    case 'sumColumns': {
      const { rows, cols } = plan.values[op.of];
      return eachPart(op.of, op.out, (from, to) => kernels.sumColumns(to, from, rows, cols));
    }
    case 'repeatColumn': {
      const { rows, cols } = plan.values[op.out];
      return eachPart(op.of, op.out, (from, to) => kernels.repeatColumn(to, from, rows, cols));
    }
    case 'selectColumns': {
      const { rows, cols } = plan.values[op.of];
      const columns = workspace.u32s(op.columns);
      const count = op.columns.length;
      return eachPart(op.of, op.out, (from, to) => kernels.selectColumns(to, from, columns, rows, cols, count));
    }
    case 'randomSums': {
      const tests = plan.values[op.out].rows;
      const n = size(op.of);
      const { publicWords } = places;
      return eachPart(op.of, op.out, (from, to) =>
        kernels.randomSums(to, from, publicWords, n, op.chunk, tests, machine.scratch),
      );
    }
    case 'allOf': {
      const count = size(op.out);
      const { rows, cols } = plan.values[op.of];
      const factors = factorsOf(op);
      const levels = allOfLevels(factors).length;
      const all = new AllOf(machine, count, factors, workspace.words(allOfTemporary(count, factors)));
      const of = slots.bits(op.of);
      const out = bitShares(workspace.planes(1, count));
      slots.set(op.out, out);
      const words = planeWords(count);
      const arrangements = Array.from({ length: factors }, (_, f) => ({
        columns: workspace.u32s(op.groups.map((group) => group[f].column)),
        // A constant is added by one evaluator alone.
        inverted: workspace.u32s(op.groups.map((group) => (first && group[f].inverted ? 1 : 0))),
        to: all.planes + 8 * f * words,
      }));
      const items = material.map(bitShares);
      return [
        () => {
          for (const { columns, inverted, to } of arrangements) {
            kernels.arrangeBits(to, of.at, columns, inverted, rows, cols, op.groups.length, words);
          }
          all.open(0, items[0], outgoing[0]);
        },
        ...Array.from({ length: levels - 1 }, (_, level) => () => {
          all.fold(level, opened[level], items[2 * level], items[2 * level + 1], out);
          all.open(level + 1, items[2 * level + 2], outgoing[level + 1]);
        }),
        () => all.fold(levels - 1, opened[levels - 1], items[2 * levels - 2], items[2 * levels - 1], out),
      ];
    }
    case 'linear':
      return [compileLinear(op, places, context)];
    case 'product': {
      const shape = productShape(op.form, plan.values[op.x], plan.values[op.y]);
      const [x, y] = [slots.masked(op.x), slots.masked(op.y)];
      const out = freshShare(op.out);
      const gamma = op.corrected ? shareTensor(material[0]) : undefined;
      return [inSlices(() => evaluateProduct(machine, shape, x, y, gamma, out))];
    }
    case 'stack': {
      const isShared = needsShares(op.out);
      const out = isShared ? fresh(op.out) : { value: publicTensor(places.value()), mask: undefined };
      slots.set(op.out, out);
      let at = 0;
      const copies = op.of.flatMap((id) => {
        const [from, to, bytes] = [slots.maskedOrOpened(id), at, 8 * size(id)];
        at += bytes;
        const { mask } = out;
        return [
          () => kernels.copy(out.value.at + to, from.value.at, bytes),
          ...(mask === undefined ? [] : [() => kernels.copy(mask.at + to, slots.masked(id).mask.at, bytes)]),
        ];
      });
      return [
        () => {
          for (const copy of copies) copy();
        },
      ];
    }
    case 'noise': {
      const count = size(op.out);
      const out = freshShare(op.out);
      const own = new OwnNoise(workspace, op, plan.roles.trust, count);
      context.noises.push(own);
      const takeShare = slots.isShare(op.of)
        ? copyOf(slots.share(op.of), count, out)
        : () => toShare(slots.masked(op.of), count, out);
      const correction = op.corrected ? material[0] : undefined;
      return [
        inSlices(function* () {
          takeShare();
          yield* own.addTo(out.at);
          if (correction !== undefined) kernels.add(out.at, out.at, correction, count);
        }),
      ];
    }
    case 'open': {
      const count = size(op.out);
      const mask = shareTensor(material[0]);
      slots.set(op.out, { value: publicTensor(opened[0]), mask: needsShares(op.out) ? mask : undefined });
      if (slots.isShare(op.of)) {
        const of = slots.share(op.of);
        return [() => contribute(machine, of, mask, outgoing[0], count), () => undefined];
      }
      const of = slots.masked(op.of);
      const share = shareTensor(places.temporary());
      return [
        () => {
          toShare(of, count, share);
          contribute(machine, share, mask, outgoing[0], count);
        },
        () => undefined,
      ];
    }
    case 'truncate': {
      const count = size(op.out);
      const { value: of } = slots.maskedOrOpened(op.of);
      const [u, b, rho] = material.map(shareTensor);
      if (plan.values[op.out].kind === 'shares') {
        const out = freshShare(op.out);
        return [() => truncateToShares(machine, of, u, b, out, op.bits, count, op.offsetBits)];
      }
      const value = publicTensor(places.value());
      const mask = needsShares(op.out) ? shareTensor(places.mask()) : undefined;
      slots.set(op.out, mask === undefined ? { value, mask } : { value, mask });
      const temporary = places.temporary();
      const t: PublicTensor = publicTensor(opened[0]);
      return [
        () => contributeCarry(machine, of, b, rho, op.bits, count, temporary, outgoing[0], op.offsetBits),
        () => {
          truncatedValue(machine, of, t, value, op.bits, count, op.offsetBits);
          if (mask !== undefined) truncatedMask(machine, u, rho, mask, op.bits, count);
        },
      ];
    }
    case 'fourier': {
      const series = seriesOf(op.function);
      const { value } = slots.maskedOrOpened(op.of);
      const { fractionalBits } = plan.values[op.of];
      const out = freshShare(op.out);
      const waves = shareTensor(material[0]);
      const count = size(op.out);
      return [
        () => {
          const scale = op.scale.constant * workspace.step.learningRate ** op.scale.ratePower;
          const { table } = workspace;
          evaluateFourier(machine, series, value, fractionalBits, scale, op.dealtBits, waves, out, count, table);
        },
      ];
    }
    case 'maskDigits':
      slots.set(op.out, bitShares(material[0]));
      return [() => undefined];
    case 'lessThan': {
      const count = size(op.of);
      const comparison = new LessThan(machine, count, op.window, places.temporary());
      const { value } = slots.maskedOrOpened(op.of);
      const digits = slots.bits(op.digits);
      const items = material.map(bitShares);
      const out = bitShares(workspace.planes(1, count));
      slots.set(op.out, out);
      const threshold = BigInt(op.threshold);
      const levels = outgoing.length;
      return Array.from({ length: levels + 1 }, (_, level) => () => {
        if (level === 0) comparison.start(value, threshold, digits);
        else comparison.fold(level - 1, opened[level - 1], items[2 * level - 2], items[2 * level - 1]);
        if (level < levels) comparison.open(level, items[2 * level], outgoing[level]);
        else comparison.finish(digits, out);
      });
    }
    case 'openBits': {
      const count = size(op.of);
      const words = planeWords(count);
      const of = slots.bits(op.of);
      const mask = bitShares(material[0]);
      const value = publicBits(workspace.planes(1, count));
      const temporary = workspace.planes(1, count);
      slots.set(op.out, { value, mask });
      return [
        () => contributeBits(machine, of, mask, 1, count, temporary, outgoing[0]),
        () => kernels.unpackPlanes(value.at, opened[0], 1, count, words),
      ];
    }
    case 'maskNumbers':
      slots.set(op.out, shareTensor(material[0]));
      return [() => undefined];
    case 'bitTimes': {
      const product = shareTensor(material[0]);
      const numbers = slots.share(op.numbers);
      const bits = slots.maskedBits(op.bits);
      const value = slots.masked(op.value);
      const out = freshShare(op.out);
      const count = size(op.out);
      return [() => evaluateBitTimes(machine, bits, value, numbers, product, out, count)];
    }
    case 'watch': {
      const bits = slots.bits(op.bits);
      const count = size(op.bits);
      const flip = first && op.expected === 1;
      const site = context.alarm + 8 * op.site * ALARM_PARTS;
      return [() => kernels.hashBits(site + 8 * workspace.step.alarmPart, bits.at, places.publicWords, count, flip)];
    }
    case 'alarm': {
      const n = size(op.out);
      const view = (at: number, bytes: number) => workspace.memory.u8(at, bytes);
      const anyBit = new AnyBit(machine, n, view, workspace.words(anyBitTemporary(n)));
      const out = bitShares(workspace.planes(1, n));
      slots.set(op.out, out);
      // Each word is a linear hash under weights of its own, so their sum is one of all that was watched.
      const words = bitShares(op.of === 'run' ? workspace.words(1) : context.alarm);
      const gather = () => {
        if (op.of !== 'run') return;
        kernels.fill0(words.at, 8);
        for (let k = 0; k < alarmWords(plan.sites); k++) kernels.xorBytes(words.at, words.at, context.alarm + 8 * k, 8);
      };
      const items = material.map(bitShares);
      const masks = (level: number) => items[2 * level];
      const products = (level: number) => items[2 * level + 1];
      return [
        () => {
          gather();
          anyBit.start(words, masks(0), outgoing[0]);
        },
        ...Array.from(
          { length: anyBitLevels - 1 },
          (_, level) => () =>
            anyBit.fold(level, opened[level], masks(level), products(level), masks(level + 1), outgoing[level + 1]),
        ),
        () => anyBit.finish(opened[anyBitLevels - 1], masks(anyBitLevels - 1), products(anyBitLevels - 1), out),
      ];
    }
  }
}
