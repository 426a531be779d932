/**
 * What one operation of a plan consumes and sends, from the declarations of its protocol.
 * @module
 */
import { invariant } from '../errors.ts';
import { allOfMaterial, allOfOpenings } from '../protocol/all-of.ts';
import { anyBitMaterial, anyBitOpenings } from '../protocol/any-bit.ts';
import { bitTimesMaterial, maskNumbersMaterial } from '../protocol/bit-times.ts';
import type { Material, Opening } from '../protocol/cost.ts';
import { fourierMaterial, seriesOf } from '../protocol/fourier.ts';
import { inputMaterial } from '../protocol/input.ts';
import { lessThanMaterial, lessThanOpenings, maskDigitsMaterial } from '../protocol/less-than.ts';
import { openBitsMaterial, openBitsOpenings, openMaterial, openOpenings } from '../protocol/open.ts';
import { productMaterial, productShape } from '../protocol/product.ts';
import { truncateMaterial, truncateOpenings, truncateToSharesMaterial } from '../protocol/truncate.ts';
import { factorsOf, type Op, type Roles, sizeOf, type Value } from './plan.ts';

export interface OperationCost {
  readonly material: readonly Material[];
  /** One for each round that the operation takes. */
  readonly openings: readonly Opening[];
}

export function operationCost(op: Op, values: readonly Value[], roles: Roles): OperationCost {
  const size = (id: number) => sizeOf(values[id]);
  const local = (material: readonly Material[]): OperationCost => ({ material, openings: [] });
  switch (op.op) {
    case 'input':
      return local(inputMaterial(op.owner === roles.dealer, size(op.out)));
    case 'load':
    case 'gather':
    case 'linear':
    case 'broadcast':
    case 'sumRows':
    case 'sumColumns':
    case 'repeatColumn':
    case 'selectColumns':
    case 'stack':
    case 'randomSums':
    case 'watch':
    case 'reveal':
      return local([]);
    case 'product':
      return local(productMaterial(productShape(op.form, values[op.x], values[op.y]), op.corrected));
    case 'noise':
      return local(op.corrected ? [{ source: 'correction', sharing: 'add', words: size(op.out) }] : []);
    case 'open':
      return { material: openMaterial(size(op.out)), openings: openOpenings(size(op.out)) };
    case 'truncate':
      invariant(op.bits >= 1 && op.bits <= 61, 'truncation is by 1 to 61 bits');
      return values[op.out].kind === 'masked'
        ? { material: truncateMaterial(size(op.out), op.bits), openings: truncateOpenings(size(op.out), op.bits) }
        : local(truncateToSharesMaterial(size(op.out), op.bits));
    case 'fourier':
      return local(fourierMaterial(seriesOf(op.function), size(op.out)));
    case 'maskDigits':
      return local(maskDigitsMaterial(size(op.of), op.window));
    case 'lessThan':
      return {
        material: lessThanMaterial(size(op.of), op.window),
        openings: lessThanOpenings(size(op.of), op.window),
      };
    case 'openBits':
      return { material: openBitsMaterial(size(op.of)), openings: openBitsOpenings(size(op.of)) };
    case 'maskNumbers':
      return local(maskNumbersMaterial(size(op.of)));
    case 'bitTimes':
      return local(bitTimesMaterial(size(op.out)));
    case 'alarm':
      return { material: anyBitMaterial(size(op.out)), openings: anyBitOpenings(size(op.out)) };
    case 'allOf': {
      const factors = factorsOf(op);
      return { material: allOfMaterial(size(op.out), factors), openings: allOfOpenings(size(op.out), factors) };
    }
  }
}
