/**
 * Writes all operations of a phase, with the scale and the proved bound of every result. The linear ones are inherited.
 * @module
 */
import { invariant } from '../../errors.ts';
import type { Scalar } from '../../graph/graph.ts';
import { ALARM_LAYER } from '../../operations/alarm-words.ts';
import type { Label } from '../../operations/value.ts';
import { ARGUMENT_BITS, type SmoothFunction, seriesBound, seriesOf, TABLE_BITS } from '../../protocol/fourier.ts';
import { type ProductForm, productBits, productShape } from '../../protocol/product.ts';
import { alarmWords, type Loss, type OpOf, type ValueId } from '../plan.ts';
import { refusal } from '../refusal.ts';
import { LOWER_RATE, type Remedy } from '../remedies.ts';
import { LinearBuilder } from './linear-builder.ts';
import { HEADROOM_BITS } from './value-table.ts';

const TRUNCATION_BITS = 61;
/** Tests by sums under signs, of all that is watched in a step: a violation stays silent with probability 2^−SUM_TESTS at most. */
export const SUM_TESTS = 21;
/** A limit on sums is watched to this part of itself. */
const WATCH_UNITS = 256;

/** What is compared for the alarm alone. */
const FOR_ALARM: Label = { layer: ALARM_LAYER };

export class PhaseBuilder extends LinearBuilder {
  readonly #digits = new Map<string, ValueId>();
  readonly #numbers = new Map<ValueId, ValueId>();

  /** `known` bounds the result where that of its factors says less. */
  product(form: ProductForm, x: ValueId, y: ValueId, label?: Label, known = Number.POSITIVE_INFINITY): ValueId {
    const [a, b] = [this.valueOf(x), this.valueOf(y)];
    const { m, k, n } = productShape(form, a, b);
    const shape = form === 'elementwise' ? a : { rows: m, cols: n };
    const bits = a.fractionalBits + b.fractionalBits + productBits(this.table.roles.evaluators.length);
    const bound = Math.min(known, k * a.bound * b.bound);
    const out = this.table.value('shares', shape, bits, bound, label);
    this.ops.push({ op: 'product', form, x, y, out, corrected: true });
    return out;
  }

  open(of: ValueId): ValueId {
    const value = this.valueOf(of);
    const out = this.table.value('masked', value, value.fractionalBits, value.bound, value);
    this.ops.push({ op: 'open', of, out });
    return out;
  }

  /** Down to `fractionalBits`, masked again. Of a value that fills the ring this is right from −2^offsetBits to 2^63 − 2^offsetBits. */
  truncate(of: ValueId, fractionalBits: number, offsetBits?: number): ValueId {
    const value = this.valueOf(of);
    const bits = value.fractionalBits - fractionalBits;
    if (bits === 0) return of;
    invariant(offsetBits !== undefined || !this.fillsRing(of), 'what is truncated is within the range contract');
    invariant(offsetBits === undefined || offsetBits >= bits, 'an offset of a truncation has none of the bits cut off');
    if (bits < 0 || bits > TRUNCATION_BITS) {
      throw refusal(
        value.name,
        `has too ${bits < 0 ? 'few' : 'many'} digits in fixed point to be rounded to its scale`,
      );
    }
    const out = this.table.value('masked', value, fractionalBits, value.bound + 2 ** -fractionalBits, value);
    this.ops.push({ op: 'truncate', of, out, bits, ...(offsetBits === undefined ? {} : { offsetBits }) });
    return out;
  }

  fourier(name: SmoothFunction, of: ValueId, scale: Scalar, fractionalBits: number): ValueId {
    const value = this.valueOf(of);
    if (value.fractionalBits > ARGUMENT_BITS) {
      const says = `has ${value.fractionalBits - ARGUMENT_BITS} digits in binary more than a ${name} in fixed point takes`;
      throw refusal(value.name, says);
    }
    const bound = seriesBound(seriesOf(name)) * this.magnitude(scale);
    const out = this.table.value('shares', value, fractionalBits, bound, {
      ...value,
      name: `${name} of ${value.name ?? 'a value'}`,
    });
    this.ops.push({ op: 'fourier', of, out, function: name, scale, dealtBits: fractionalBits - TABLE_BITS });
    return out;
  }

  /** [x < threshold], as xor shares. What lies less than `unit` below the threshold may count as not less: that leaves out low bits. */
  lessThan(of: ValueId, threshold: number, unit = 0, label?: Label): ValueId {
    const value = this.valueOf(of);
    const integer = Math.round(threshold * 2 ** value.fractionalBits);
    const reach = Math.max(1, value.bound * 2 ** value.fractionalBits + Math.abs(integer));
    const spare = Math.floor(Math.log2(unit)) + value.fractionalBits;
    const low = Math.max(0, Math.min(spare, Math.floor(Math.log2(reach))));
    // Where bits are left out, the rest may be rounded up, and must not reach the sign by that.
    const high = Math.min(63, Math.floor(Math.log2(reach + (low > 0 ? 2 ** low : 0))) + 1);
    const window = { low, high };
    const key = `${of} ${low} ${high}`;
    let digits = this.#digits.get(key);
    if (digits === undefined) {
      digits = this.table.value('maskDigits', value, 0, 1);
      this.ops.push({ op: 'maskDigits', of, out: digits, window });
      this.#digits.set(key, digits);
    }
    const out = this.table.value('bitShares', value, 0, 1, label);
    this.ops.push({ op: 'lessThan', of, digits, window, threshold: integer, out });
    return out;
  }

  openBits(of: ValueId, label?: Label): ValueId {
    const out = this.table.value('maskedBits', this.valueOf(of), 0, 1, label);
    this.ops.push({ op: 'openBits', of, out });
    return out;
  }

  bitTimes(bits: ValueId, value: ValueId): ValueId {
    const { fractionalBits, bound } = this.valueOf(value);
    let numbers = this.#numbers.get(bits);
    if (numbers === undefined) {
      numbers = this.table.value('maskNumbers', this.valueOf(bits), 0, 1);
      this.ops.push({ op: 'maskNumbers', of: bits, out: numbers });
      this.#numbers.set(bits, numbers);
    }
    const out = this.table.value('shares', this.valueOf(value), fractionalBits, bound);
    this.ops.push({ op: 'bitTimes', bits, numbers, value, out });
    return out;
  }

  /** Trips the alarm of the run where x is not in [−interval, interval); up to a `unit` beyond the lower end it may not. */
  watch(of: ValueId, interval: number, site: string, remedies: readonly Remedy[] = [LOWER_RATE], unit = 0): void {
    const number = this.table.site(site, remedies);
    this.ops.push({ op: 'watch', bits: this.lessThan(of, -interval, unit, FOR_ALARM), expected: 0, site: number });
    this.ops.push({ op: 'watch', bits: this.lessThan(of, interval, unit, FOR_ALARM), expected: 1, site: number });
    this.bounded(of, Math.min(interval, this.valueOf(of).bound));
  }

  /**
   * The same for many entries at little cost: sums of them under public random signs are watched. If |x_i| ≥ limit, the two sums that differ in the sign of
   * x_i are 2·limit apart, which is more than what stays silent, so each of `tests` catches it with probability 1/2 whatever the other entries
   * are (docs/decisions/19-sums-under-signs.md). Where all is well, sums of `chunk` entries of size s are about √chunk·s, far below. A chunk has as
   * many entries, up to `most`, as add up within the ring.
   */
  watchSums(
    of: ValueId,
    limit: number,
    most: number,
    tests: number,
    site: string,
    remedies: readonly Remedy[] = [LOWER_RATE],
  ): void {
    const { rows, cols, fractionalBits, bound } = this.valueOf(of);
    const count = rows * cols;
    const room = Math.floor(HEADROOM_BITS - Math.log2(bound) - fractionalBits);
    const chunk = Math.min(most, 2 ** Math.max(0, room));
    const shape = { rows: tests, cols: Math.ceil(count / chunk) };
    const sums = this.table.value(
      'masked',
      shape,
      fractionalBits,
      bound * Math.max(1, Math.min(chunk, count)),
      `sums of ${site}`,
    );
    this.ops.push({ op: 'randomSums', of, out: sums, chunk });
    // What may be missed below the lower end is as much as the interval is smaller.
    const unit = limit / WATCH_UNITS;
    this.watch(sums, limit - unit, site, remedies, unit);
    this.bounded(of, Math.min(limit, bound));
  }

  /** [all bits of a group are set], column by column of the result, as xor shares. */
  allOf(of: ValueId, groups: OpOf<'allOf'>['groups']): ValueId {
    const out = this.table.value('bitShares', { rows: this.valueOf(of).rows, cols: groups.length }, 0, 1);
    this.ops.push({ op: 'allOf', of, out, groups });
    return out;
  }

  /** Whether anything watched in the phases before was wrong: as one bit, or as one for each site and part of the training. */
  alarm(of: OpOf<'alarm'>['of'] = 'run'): ValueId {
    invariant(this.ops.length === 0, 'the alarm is read in a phase of its own');
    const cols = of === 'run' ? 1 : alarmWords(this.table.sites);
    const out = this.table.value('bitShares', { rows: 1, cols }, 0, 1, 'alarm');
    this.ops.push({ op: 'alarm', out, of });
    return out;
  }

  /** Opens under a mask used for nothing else, then reveals. */
  reveal(of: ValueId, name: string, to: readonly string[], loss?: Loss): void {
    if (to.length === 0) return;
    const opened = this.valueOf(of).kind === 'bitShares' ? this.openBits(of, name) : this.open(of);
    this.ops.push({ op: 'reveal', of: opened, name, to, ...(loss === undefined ? {} : { loss }) });
  }
}
