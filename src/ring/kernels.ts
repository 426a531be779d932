/**
 * The compiled kernels, as TypeScript sees them.
 *
 * Arguments are byte addresses into the linear memory of a `RingMemory`, and counts. Elements are little-endian u64 and
 * arithmetic is modulo 2^64 unless a line says otherwise; `n` counts elements. `out` may be the very address of an input
 * of an elementwise kernel; other overlaps are not allowed.
 * @module
 */
import type { BitKernels, FourierKernels, TruncateKernels } from './bit-kernels.ts';

/** What a matrix product does to `out`: 0 assigns, 1 adds, 2 subtracts. */
export type ProductMode = 0 | 1 | 2;

/** out = op(a) · op(b), m × n with k inner terms. `scratch` has `matmulScratchBytes(m, k, n)` bytes. */
type MatrixProduct = (
  out: number,
  a: number,
  b: number,
  m: number,
  k: number,
  n: number,
  mode: ProductMode,
  scratch: number,
) => void;

export interface ArithmeticKernels {
  /** out = a + b */
  add(out: number, a: number, b: number, n: number): void;
  /** out = a − b */
  sub(out: number, a: number, b: number, n: number): void;
  /** out = a + b in lanes of 16 or 32 bits of an even number of words. */
  addLanes(out: number, a: number, b: number, lane: 16 | 32, words: number): void;
  /** out = a − b in lanes of 16 or 32 bits of an even number of words. */
  subLanes(out: number, a: number, b: number, lane: 16 | 32, words: number): void;
  /** out = −a */
  neg(out: number, a: number, n: number): void;
  /** out = a + c */
  addScalar(out: number, a: number, c: bigint, n: number): void;
  /** out = c·a */
  scale(out: number, a: number, c: bigint, n: number): void;
  /** out += c·a */
  scaleAdd(out: number, a: number, c: bigint, n: number): void;
  /** out = a ∘ b */
  mul(out: number, a: number, b: number, n: number): void;
  /** out += a ∘ b */
  mulAdd(out: number, a: number, b: number, n: number): void;
  /** out −= a ∘ b */
  mulSub(out: number, a: number, b: number, n: number): void;
  /** out = a ≪ s, s in 0..63 */
  shiftLeft(out: number, a: number, s: number, n: number): void;
  /** out = a ≫ s with zeros moved in, s in 0..63 */
  shiftRightLogical(out: number, a: number, s: number, n: number): void;
  /** out = a ≫ s with copies of the sign moved in, s in 0..63 */
  shiftRightArithmetic(out: number, a: number, s: number, n: number): void;
}

export interface LayoutKernels {
  /** Copies bytes; the regions may overlap. */
  copy(out: number, a: number, bytes: number): void;
  /** Sets bytes to zero. */
  fill0(out: number, bytes: number): void;
  /** out = a ⊕ b, byte by byte */
  xorBytes(out: number, a: number, b: number, bytes: number): void;
  /** Adds `row` to each of the rows of `a`. */
  addRow(out: number, a: number, row: number, rows: number, cols: number): void;
  /** Writes `row` `rows` times. */
  broadcastRow(out: number, row: number, rows: number, cols: number): void;
  /** The sum of each column: `out` has `cols` elements. */
  sumRows(out: number, a: number, rows: number, cols: number): void;
  /** The sum of each row: `out` has `rows` elements. */
  sumColumns(out: number, a: number, rows: number, cols: number): void;
  /** Writes each entry of a column `cols` times. */
  repeatColumn(out: number, column: number, rows: number, cols: number): void;
  /** Column c of `out` (rows × to) is column columns[c] of `a` (rows × from); `columns` are u32. */
  selectColumns(out: number, a: number, columns: number, rows: number, from: number, to: number): void;
  /** Entry i of each record of `out` (length entries) is entry places[i] of that record of `a` (size entries), or 0 where it is negative; `places` are i32. */
  gatherEntries(out: number, a: number, places: number, records: number, size: number, length: number): void;
  /** The adjoint: adds entry i of each record of `a` (length entries) to entry places[i] of that record of `out` (size entries). */
  scatterEntries(out: number, a: number, places: number, records: number, size: number, length: number): void;
  /** out (cols × rows) = aᵀ */
  transpose(out: number, a: number, rows: number, cols: number): void;
  /** Row i of `out` is row indices[i] of `src`; `indices` are u32. */
  gatherRows(out: number, src: number, indices: number, rows: number, cols: number): void;
}

export interface MatrixKernels {
  /** a is m × k, b is k × n */
  readonly matmul: MatrixProduct;
  /** aᵀ · b: a is stored k × m, b is k × n */
  readonly matmulTN: MatrixProduct;
  /** a · bᵀ: a is m × k, b is stored n × k */
  readonly matmulNT: MatrixProduct;
  /** Bytes of scratch memory that the three products need for this size: less than 1 MiB. */
  matmulScratchBytes(m: number, k: number, n: number): number;
}

/** out = op(a) · op(b) of f64. `scratch` has `realMatmulScratchBytes(m, k, n)` bytes. */
type RealMatrixProduct = (out: number, a: number, b: number, m: number, k: number, n: number, scratch: number) => void;

export interface RealMatrixKernels {
  /** a is m × k, b is k × n */
  readonly realMatmul: RealMatrixProduct;
  /** aᵀ · b: a is stored k × m, b is k × n */
  readonly realMatmulTN: RealMatrixProduct;
  /** a · bᵀ: a is m × k, b is stored n × k */
  readonly realMatmulNT: RealMatrixProduct;
  /** Bytes of scratch memory that the three products need for this size: less than 1 MiB. */
  realMatmulScratchBytes(m: number, k: number, n: number): number;
}

export interface StreamKernels {
  /** `bytes` bytes of ChaCha20 from block number `block` on, nonce 0; `key` 32 bytes, `scratch` 256. */
  chacha20(out: number, key: number, block: bigint, bytes: number, scratch: number): void;
}

export interface NoiseKernels {
  /**
   * Adds up to n samples of a discrete Gaussian to `out`, from at most `attempts` pairs of words at `random`; `table`, `bins` and `shift` as in
   * `GaussianTable`, `perSquare` = 1 / 2σ². Writes two u32 to `progress`: samples added and attempts used. If some of both are
   * left, float64 could not decide the next attempt.
   */
  addGaussian(
    out: number,
    n: number,
    random: number,
    attempts: number,
    table: number,
    bins: number,
    shift: number,
    perSquare: number,
    progress: number,
  ): void;
}

export interface FixedPointKernels {
  /** The nearest integer (ties to even) to x·2^fractionalBits, for f64 inputs with |x·2^fractionalBits| < 2^62. */
  encode(out: number, x: number, fractionalBits: number, n: number): void;
  /** a·2^−fractionalBits as f64, a read as a signed integer. */
  decode(out: number, a: number, fractionalBits: number, n: number): void;
  /**
   * The low s bits (1..64) of each element as a little-endian bit string of ceil(n·s / 8) bytes, padded with zero bits.
   * Writes whole words: up to 7 bytes past the end.
   */
  packFields(out: number, a: number, s: number, n: number): void;
  /** The reverse of `packFields`. Reads whole words: up to 7 bytes past the end of `packed`. */
  unpackFields(out: number, packed: number, s: number, n: number): void;
}

export interface Kernels
  extends ArithmeticKernels,
    LayoutKernels,
    MatrixKernels,
    RealMatrixKernels,
    FixedPointKernels,
    StreamKernels,
    NoiseKernels,
    BitKernels,
    TruncateKernels,
    FourierKernels {}
