/**
 * The dealer's half of every operation: masks alone, no value ever. Corrections are written as the whole values that are dealt; the
 * phase turns them into the last evaluator's shares.
 * @module
 */
import { invariant } from '../errors.ts';
import type { MaskNeeds } from '../plan/mask-needs.ts';
import { factorsOf, type Op, type OpOf, type Plan, sizeOf, type ValueId } from '../plan/plan.ts';
import { dealAllOf } from '../protocol/all-of.ts';
import { anyBitLevels, dealAnyBit } from '../protocol/any-bit.ts';
import { dealBitTimes, dealMaskNumbers } from '../protocol/bit-times.ts';
import { laneBitsFor } from '../protocol/cost.ts';
import { dealFourier, dealtAmplitudes, dealtPhases, seriesOf } from '../protocol/fourier.ts';
import { dealLessThan, dealMaskDigits } from '../protocol/less-than.ts';
import { dealProduct, productShape } from '../protocol/product.ts';
import { spreadDealt, spreadOwned, spreadSeeded, spreadSigns } from '../protocol/spread.ts';
import { type DealtTensor, dealtTensor } from '../protocol/tensors.ts';
import { dealTruncate, truncatedMask } from '../protocol/truncate.ts';
import type { DealerOperationPlaces } from './operation-places.ts';
import { OwnNoise } from './own-noise.ts';
import type { RecordMasks } from './record-masks.ts';
import type { Selections } from './selections.ts';
import type { DealerMask, DealerSlots } from './slots.ts';
import { inSlices, type Step } from './steps.ts';
import type { Workspace } from './workspace.ts';

export interface DealerContext {
  readonly plan: Plan;
  readonly workspace: Workspace;
  readonly slots: DealerSlots;
  readonly selections: Selections;
  readonly masks: RecordMasks;
  readonly needs: ReadonlyMap<ValueId, MaskNeeds>;
}

/** An item of material: the whole of it where seeded, room for the whole where dealt; and what single evaluators expand, where that is needed. */
export interface DealerItem {
  readonly whole: DealtTensor;
  readonly expanded: readonly DealtTensor[];
}

type Action = () => void;
const nothing = () => undefined;

export function compileDealer(
  op: Op,
  items: readonly DealerItem[],
  places: DealerOperationPlaces,
  context: DealerContext,
): Step {
  const { plan, workspace, slots } = context;
  const { machine } = workspace;
  const { kernels } = machine;
  const size = (id: ValueId) => sizeOf(plan.values[id]);
  const dealt = items.map(({ whole }) => whole);

  switch (op.op) {
    case 'input':
      return enterMask(op, items[0], places, context);
    case 'open':
      return openMask(op, items[0], places, context);
    case 'openBits':
      slots.setBits(op.out, items[0].whole);
      return nothing;
    case 'load':
    case 'reveal':
    case 'watch':
      return nothing;
    case 'gather': {
      const { rows, cols } = plan.values[op.out];
      const indices = context.selections.indices(op, plan);
      return plan.values[op.of].kind === 'records'
        ? gatherRecords(op, indices, places, context)
        : linearMap(op, places, context, (to, from) => kernels.gatherRows(to, from, indices, rows, cols));
    }
    case 'broadcast': {
      const { rows, cols } = plan.values[op.out];
      return linearMap(op, places, context, (to, from) => kernels.broadcastRow(to, from, rows, cols));
    }
    case 'sumRows': {
      const { rows, cols } = plan.values[op.of];
      return linearMap(op, places, context, (to, from) => kernels.sumRows(to, from, rows, cols));
    }
    case 'sumColumns': {
      const { rows, cols } = plan.values[op.of];
      return linearMap(op, places, context, (to, from) => kernels.sumColumns(to, from, rows, cols));
    }
    case 'repeatColumn': {
      const { rows, cols } = plan.values[op.out];
      return linearMap(op, places, context, (to, from) => kernels.repeatColumn(to, from, rows, cols));
    }
    case 'selectColumns': {
      const { rows, cols } = plan.values[op.of];
      const columns = workspace.u32s(op.columns);
      const count = op.columns.length;
      return linearMap(op, places, context, (to, from) => kernels.selectColumns(to, from, columns, rows, cols, count));
    }
    case 'randomSums': {
      const tests = plan.values[op.out].rows;
      const n = size(op.of);
      const { publicWords } = places;
      return linearMap(op, places, context, (to, from) =>
        kernels.randomSums(to, from, publicWords, n, op.chunk, tests, machine.scratch),
      );
    }
    case 'allOf': {
      const [count, factors] = [size(op.out), factorsOf(op)];
      return () => dealAllOf(machine, count, factors, dealt);
    }
    case 'linear':
      return combine(op, places, context);
    case 'product': {
      const shape = productShape(op.form, plan.values[op.x], plan.values[op.y]);
      const [x, y] = [slots.spread(op.x), slots.spread(op.y)];
      const gamma = op.corrected ? dealt[0] : places.lacking();
      if (!op.corrected) slots.setLacking(op.out, gamma);
      return inSlices(() => dealProduct(machine, shape, x, y, gamma));
    }
    case 'stack':
      return stackMasks(op, places, context);
    case 'noise':
      return dealNoise(op, dealt[0], places, context);
    case 'truncate':
      return truncateMask(op, items, places, context);
    case 'fourier': {
      const series = seriesOf(op.function);
      const of = slots.whole(op.of);
      const { fractionalBits } = plan.values[op.of];
      const count = size(op.out);
      const terms = series.amplitudes.length;
      const [amplitudes, phases] = [workspace.words(terms), workspace.words(terms)];
      dealtPhases(series, workspace.memory.u64(phases, terms));
      return () => {
        const scale = op.scale.constant * workspace.step.learningRate ** op.scale.ratePower;
        dealtAmplitudes(series, scale, op.dealtBits, workspace.memory.f64(amplitudes, terms));
        dealFourier(machine, series, of, fractionalBits, amplitudes, phases, dealt[0], count, workspace.table);
      };
    }
    case 'maskDigits': {
      const of = slots.whole(op.of);
      const count = size(op.of);
      const [temporary] = places.temporary;
      return () => dealMaskDigits(machine, of, op.window, dealt[0], count, temporary);
    }
    case 'lessThan': {
      const count = size(op.of);
      return () => dealLessThan(machine, op.window, dealt, count);
    }
    case 'maskNumbers': {
      const of = slots.bits(op.of);
      const count = size(op.of);
      return () => dealMaskNumbers(machine, of, dealt[0], count);
    }
    case 'bitTimes': {
      const [bits, value] = [slots.bits(op.bits), slots.whole(op.value)];
      const count = size(op.out);
      return () => dealBitTimes(machine, bits, value, dealt[0], count);
    }
    case 'alarm':
      return () => {
        for (let level = 0; level < anyBitLevels; level++) {
          dealAnyBit(machine, size(op.out), level, dealt[2 * level], dealt[2 * level + 1]);
        }
      };
  }
}

const inTurn =
  (actions: readonly Action[]): Action =>
  () => {
    for (const action of actions) action();
  };

/** Room for what is needed of a new mask. */
function roomFor(
  id: ValueId,
  places: DealerOperationPlaces,
  { slots, needs }: DealerContext,
  whole?: DealtTensor,
): DealerMask {
  const needed = needs.get(id);
  const mask: DealerMask = {
    whole: whole ?? (needed?.whole ? places.whole() : undefined),
    spread: needed?.shares ? places.spread : undefined,
  };
  slots.set(id, mask);
  return mask;
}

/** The tensors of a mask, each with where its like is found in another mask. */
function eachTensor({ whole, spread = [] }: DealerMask) {
  const required = (tensor: DealtTensor | undefined): DealtTensor => {
    invariant(tensor !== undefined, 'a linear map needs of its arguments what is needed of its result');
    return tensor;
  };
  return [
    ...(whole === undefined ? [] : [{ tensor: whole, of: (other: DealerMask) => required(other.whole) }]),
    ...spread.map((tensor, k) => ({ tensor, of: (other: DealerMask) => required(other.spread?.[k]) })),
  ];
}

/** A linear map of one value: of all that is kept of its mask, or of what its shares lack. */
function linearMap(
  op: { readonly of: ValueId; readonly out: ValueId },
  places: DealerOperationPlaces,
  context: DealerContext,
  map: (to: number, from: number) => void,
): Step {
  const { plan, slots } = context;
  if (plan.values[op.out].kind === 'masked') {
    const from = slots.mask(op.of);
    return inTurn(
      eachTensor(roomFor(op.out, places, context)).map(({ tensor, of }) => {
        const source = of(from);
        return () => map(tensor.at, source.at);
      }),
    );
  }
  const lacking = slots.lacking(op.of);
  if (lacking === undefined) return nothing;
  const out = places.lacking();
  slots.setLacking(op.out, out);
  return () => map(out.at, lacking.at);
}

function combine(op: OpOf<'linear'>, places: DealerOperationPlaces, context: DealerContext): Step {
  const { plan, workspace, slots } = context;
  const { kernels } = workspace.machine;
  const count = sizeOf(plan.values[op.out]);
  const terms = op.terms.map(({ value, factor }) => ({ value, factor: workspace.factor(factor) }));
  const sum = (out: DealtTensor, parts: readonly { of: DealtTensor; factor: () => bigint }[]) => () => {
    kernels.fill0(out.at, 8 * count);
    for (const { of, factor } of parts) kernels.scaleAdd(out.at, of.at, factor(), count);
  };
  if (plan.values[op.out].kind === 'masked') {
    const steps = eachTensor(roomFor(op.out, places, context)).map(({ tensor, of }) =>
      sum(
        tensor,
        terms.map(({ value, factor }) => ({ of: of(slots.mask(value)), factor })),
      ),
    );
    return inTurn(steps);
  }
  const lacking = terms.flatMap(({ value, factor }) => {
    const of = slots.lacking(value);
    return of === undefined ? [] : [{ of, factor }];
  });
  if (lacking.length === 0) return nothing;
  const out = places.lacking();
  slots.setLacking(op.out, out);
  return sum(out, lacking);
}

function stackMasks(op: OpOf<'stack'>, places: DealerOperationPlaces, context: DealerContext): Step {
  const { plan, workspace, slots } = context;
  const { kernels } = workspace.machine;
  const copies = eachTensor(roomFor(op.out, places, context)).flatMap(({ tensor, of }) => {
    let at = tensor.at;
    return op.of.map((id): Action => {
      const [to, from, bytes] = [at, of(slots.mask(id)), 8 * sizeOf(plan.values[id])];
      at += bytes;
      return () => kernels.copy(to, from.at, bytes);
    });
  });
  return inTurn(copies);
}

/** What the shares of the value lack, and this party's part of the noise, if it is one. */
function dealNoise(
  op: OpOf<'noise'>,
  correction: DealtTensor,
  places: DealerOperationPlaces,
  { plan, workspace, slots }: DealerContext,
): Step {
  const { kernels } = workspace.machine;
  const count = sizeOf(plan.values[op.out]);
  const lacking = slots.lacking(op.of);
  const out = op.corrected ? correction : places.lacking();
  if (!op.corrected) slots.setLacking(op.out, out);
  const own = plan.roles.parties.includes(plan.roles.dealer)
    ? new OwnNoise(workspace, op, plan.roles.trust, count)
    : undefined;
  return inSlices(function* () {
    if (lacking === undefined) kernels.fill0(out.at, 8 * count);
    else kernels.copy(out.at, lacking.at, 8 * count);
    if (own !== undefined) yield* own.addTo(out.at);
  });
}

/** Masks of rows of a data set, which are read again from their streams. */
function gatherRecords(
  op: OpOf<'gather'>,
  indices: number,
  places: DealerOperationPlaces,
  context: DealerContext,
): Step {
  const { plan, workspace, masks } = context;
  const { kernels } = workspace.machine;
  const { rows, cols } = plan.values[op.out];
  const { whole, spread = [] } = roomFor(op.out, places, context);
  const { evaluators } = plan.roles;
  const targets = [
    ...(whole === undefined ? [] : [{ to: whole.at, signs: evaluators.map(() => 1) }]),
    ...spread.map(({ at }, k) => ({ to: at, signs: spreadSigns(evaluators.length)[k] })),
  ];
  const addMasks = masks.adder(
    op.of,
    targets.map(({ signs }) => signs),
  );
  const addresses = targets.map(({ to }) => to);
  return () => {
    for (const to of addresses) kernels.fill0(to, 8 * rows * cols);
    addMasks(workspace.memory.u32(indices, rows), addresses);
  };
}

/** An owner's mask: of an evaluator, which expands it alone, or of the dealer, of which every evaluator expands a share. */
function enterMask(
  op: OpOf<'input'>,
  { whole, expanded }: DealerItem,
  places: DealerOperationPlaces,
  context: DealerContext,
): Step {
  const { plan, workspace, slots } = context;
  const count = sizeOf(plan.values[op.out]);
  const holder = plan.roles.evaluators.indexOf(op.owner);
  const { spread } = roomFor(op.out, places, context, holder < 0 ? whole : expanded[0]);
  if (spread === undefined) return nothing;
  const mask = slots.whole(op.out);
  return holder < 0
    ? () => spreadSeeded(workspace.machine, expanded, spread, count)
    : () => spreadOwned(workspace.machine, mask, holder, spread, count);
}

/** A fresh mask, or one that takes up what the opened shares lack. */
function openMask(
  op: OpOf<'open'>,
  { whole, expanded }: DealerItem,
  places: DealerOperationPlaces,
  context: DealerContext,
): Step {
  const { plan, workspace, slots } = context;
  const { machine } = workspace;
  const count = sizeOf(plan.values[op.out]);
  const { spread } = roomFor(op.out, places, context, whole);
  const lacking = slots.lacking(op.of);
  invariant(
    lacking === undefined || spread === undefined,
    'shares that lack something are opened under a mask without shares',
  );
  if (lacking !== undefined) return () => machine.kernels.sub(whole.at, whole.at, lacking.at, count);
  return spread === undefined ? nothing : () => spreadSeeded(machine, expanded, spread, count);
}

function truncateMask(
  op: OpOf<'truncate'>,
  items: readonly DealerItem[],
  places: DealerOperationPlaces,
  context: DealerContext,
): Step {
  const { plan, workspace, slots } = context;
  const { machine } = workspace;
  const of = slots.whole(op.of);
  const count = sizeOf(plan.values[op.out]);
  const [u, b, rho] = items;
  const deal = () => dealTruncate(machine, of, u.whole, b.whole, op.bits, count);
  if (plan.values[op.out].kind === 'shares') return deal;
  const { whole, spread = [] } = roomFor(op.out, places, context);
  const lane = laneBitsFor(op.bits);
  const temporary = places.temporary.map(dealtTensor);
  const [spreadU, spreadRho] = [temporary.slice(0, spread.length), temporary.slice(spread.length)];
  return () => {
    deal();
    if (whole !== undefined) truncatedMask(machine, u.whole, rho.whole, whole, op.bits, count);
    if (spread.length === 0) return;
    spreadDealt(machine, u.whole, u.expanded, spreadU, count);
    spreadSeeded(machine, rho.expanded, spreadRho, count, lane);
    spread.forEach((to, k) => {
      truncatedMask(machine, spreadU[k], spreadRho[k], to, op.bits, count);
    });
  };
}
