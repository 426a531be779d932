/**
 * Matrix products modulo 2^64, with either side transposed.
 *
 * SIMD has no cheap 64-bit multiplication, so the inner loop halves their number (S. Winograd, "A new algorithm for inner
 * product", IEEE Transactions on Computers 17, 1968): for each pair of inner terms
 *   a₁b₁ + a₂b₂ = (a₁ + b₂)(a₂ + b₁) − a₁a₂ − b₁b₂,
 * which is exact in a ring. The last two terms depend on a row of a or a column of b alone; packing sums them up.
 *
 * Blocks of both operands are packed into panels of four lanes (rows of a, columns of b): first the four sums of −x₁x₂, then
 * the four lanes of each inner term. Missing lanes and an odd last term are zero.
 * @module
 */
import { add, scaleAdd, sub } from './arithmetic';
import { copyWords } from './words';

const LANES: usize = 4;
/** Bytes of one inner term in a panel, and of a row of a tile. */
const STEP: usize = LANES << 3;
const TILE: usize = LANES * STEP;

/** Blocks sized so that two panels stay in the first-level cache and two blocks in the second. */
const BLOCK_ROWS: usize = 128;
const BLOCK_DEPTH: usize = 256;
const BLOCK_COLUMNS: usize = 256;

export function matmul(out: usize, a: usize, b: usize, m: usize, k: usize, n: usize, mode: i32, scratch: usize): void {
  if (n == 1) return matrixVector(out, a, b, m, k, mode);
  if (m == 1) return vectorMatrix(out, a, b, k, n, mode);
  product(out, n << 3, a, k << 3, 8, b, 8, n << 3, m, k, n, mode, scratch);
}

export function matmulTN(out: usize, a: usize, b: usize, m: usize, k: usize, n: usize, mode: i32, scratch: usize): void {
  if (n == 1) return vectorMatrix(out, b, a, k, m, mode);
  if (m == 1) return vectorMatrix(out, a, b, k, n, mode);
  product(out, n << 3, a, 8, m << 3, b, 8, n << 3, m, k, n, mode, scratch);
}

export function matmulNT(out: usize, a: usize, b: usize, m: usize, k: usize, n: usize, mode: i32, scratch: usize): void {
  if (n == 1) return matrixVector(out, a, b, m, k, mode);
  if (m == 1) return matrixVector(out, b, a, n, k, mode);
  product(out, n << 3, a, k << 3, 8, b, k << 3, 8, m, k, n, mode, scratch);
}

/** A rectangle of `out`, for threads that share a product: form 0 is `matmul`, 1 `matmulTN`, 2 `matmulNT`. */
export function matmulPart(
  form: i32, out: usize, a: usize, b: usize, m: usize, k: usize, n: usize, mode: i32, scratch: usize,
  row: usize, rows: usize, column: usize, columns: usize,
): void {
  const aLane: usize = form == 1 ? 8 : k << 3;
  const aStep: usize = form == 1 ? m << 3 : 8;
  const bLane: usize = form == 2 ? k << 3 : 8;
  const bStep: usize = form == 2 ? 8 : n << 3;
  const corner = out + ((row * n + column) << 3);
  product(corner, n << 3, a + row * aLane, aLane, aStep, b + column * bLane, bLane, bStep, rows, k, columns, mode, scratch);
}

export function matmulScratchBytes(m: usize, k: usize, n: usize): usize {
  if (m == 1 || n == 1) return 0;
  const panel = panelBytes(min(k, BLOCK_DEPTH));
  return TILE + (panelsOf(min(m, BLOCK_ROWS)) + panelsOf(min(n, BLOCK_COLUMNS))) * panel;
}

// @ts-ignore: decorator
@inline
function panelsOf(lanes: usize): usize {
  return (lanes + LANES - 1) / LANES;
}

// @ts-ignore: decorator
@inline
function panelBytes(depth: usize): usize {
  return (1 + ((depth + 1) & ~1)) * STEP;
}

/** Operands are given by the distances in bytes between lanes and between inner terms, `out` by that between rows. */
function product(
  out: usize, outStride: usize, a: usize, aLane: usize, aStep: usize, b: usize, bLane: usize, bStep: usize,
  m: usize, k: usize, n: usize, mode: i32, scratch: usize,
): void {
  const aPanels = scratch + TILE;
  const bPanels = aPanels + panelsOf(min(m, BLOCK_ROWS)) * panelBytes(min(k, BLOCK_DEPTH));
  let l: usize = 0;
  do { // once even when k is 0: the empty sum still has to reach `out`
    const depth = min(k - l, BLOCK_DEPTH);
    for (let j: usize = 0; j < n; j += BLOCK_COLUMNS) {
      const columns = min(n - j, BLOCK_COLUMNS);
      pack(bPanels, b + j * bLane + l * bStep, bLane, bStep, columns, depth);
      for (let i: usize = 0; i < m; i += BLOCK_ROWS) {
        const rows = min(m - i, BLOCK_ROWS);
        pack(aPanels, a + i * aLane + l * aStep, aLane, aStep, rows, depth);
        multiplyBlock(out + i * outStride + (j << 3), outStride, aPanels, bPanels, rows, depth, columns, mode, scratch);
      }
    }
    if (mode == 0) mode = 1;
    l += BLOCK_DEPTH;
  } while (l < k);
}

function pack(panel: usize, source: usize, laneStride: usize, stepStride: usize, lanes: usize, depth: usize): void {
  const bytes = panelBytes(depth);
  for (let first: usize = 0; first < lanes; first += LANES) {
    for (let lane: usize = 0; lane < LANES; lane++) {
      const from = source + (first + lane) * laneStride;
      const to = panel + (lane << 3);
      if (first + lane < lanes) packLane(to, from, stepStride, depth);
      else for (let i: usize = 0; i < bytes; i += STEP) store<u64>(to + i, 0);
    }
    panel += bytes;
  }
}

// @ts-ignore: decorator
@inline
function packLane(to: usize, from: usize, stride: usize, depth: usize): void {
  let pairs: u64 = 0;
  let at = to + STEP;
  for (let l: usize = 1; l < depth; l += 2) {
    const x = load<u64>(from);
    const y = load<u64>(from + stride);
    store<u64>(at, x);
    store<u64>(at + STEP, y);
    pairs -= x * y;
    from += stride << 1;
    at += STEP << 1;
  }
  if (depth & 1) {
    store<u64>(at, load<u64>(from));
    store<u64>(at + STEP, 0);
  }
  store<u64>(to, pairs);
}

function multiplyBlock(
  out: usize, outStride: usize, aPanels: usize, bPanels: usize,
  rows: usize, depth: usize, columns: usize, mode: i32, tile: usize,
): void {
  const panel = panelBytes(depth);
  for (let j: usize = 0; j < columns; j += LANES, bPanels += panel) {
    const width = min(columns - j, LANES);
    for (let i: usize = 0, a = aPanels; i < rows; i += LANES, a += panel) {
      multiplyPanels(tile, a, bPanels, panel);
      const height = min(rows - i, LANES);
      for (let r: usize = 0; r < height; r++) {
        mergeRow(out + (i + r) * outStride + (j << 3), tile + r * STEP, width, mode);
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function mergeRow(out: usize, row: usize, n: usize, mode: i32): void {
  if (mode == 0) copyWords(out, row, n << 3);
  else if (mode == 1) add(out, out, row, n);
  else sub(out, out, row, n);
}

/** The 4 × 4 tile of one panel of a times one of b: eight accumulators, which is what the registers hold. */
function multiplyPanels(tile: usize, a: usize, b: usize, bytes: usize): void {
  let left = v128.load(b);
  let right = v128.load(b + 16);
  let sums = v128.load64_splat(a);
  let c00 = i64x2.add(sums, left);
  let c01 = i64x2.add(sums, right);
  sums = v128.load64_splat(a + 8);
  let c10 = i64x2.add(sums, left);
  let c11 = i64x2.add(sums, right);
  sums = v128.load64_splat(a + 16);
  let c20 = i64x2.add(sums, left);
  let c21 = i64x2.add(sums, right);
  sums = v128.load64_splat(a + 24);
  let c30 = i64x2.add(sums, left);
  let c31 = i64x2.add(sums, right);
  for (let i = STEP; i < bytes; i += STEP << 1) {
    const p = a + i;
    const q = b + i;
    const left1 = v128.load(q);
    const right1 = v128.load(q + 16);
    const left2 = v128.load(q + 32);
    const right2 = v128.load(q + 48);
    let a1 = v128.load64_splat(p);
    let a2 = v128.load64_splat(p + 32);
    c00 = addPair(c00, a1, a2, left1, left2);
    c01 = addPair(c01, a1, a2, right1, right2);
    a1 = v128.load64_splat(p + 8);
    a2 = v128.load64_splat(p + 40);
    c10 = addPair(c10, a1, a2, left1, left2);
    c11 = addPair(c11, a1, a2, right1, right2);
    a1 = v128.load64_splat(p + 16);
    a2 = v128.load64_splat(p + 48);
    c20 = addPair(c20, a1, a2, left1, left2);
    c21 = addPair(c21, a1, a2, right1, right2);
    a1 = v128.load64_splat(p + 24);
    a2 = v128.load64_splat(p + 56);
    c30 = addPair(c30, a1, a2, left1, left2);
    c31 = addPair(c31, a1, a2, right1, right2);
  }
  v128.store(tile, c00);
  v128.store(tile + 16, c01);
  v128.store(tile + 32, c10);
  v128.store(tile + 48, c11);
  v128.store(tile + 64, c20);
  v128.store(tile + 80, c21);
  v128.store(tile + 96, c30);
  v128.store(tile + 112, c31);
}

// @ts-ignore: decorator
@inline
function addPair(sum: v128, a1: v128, a2: v128, b1: v128, b2: v128): v128 {
  return i64x2.add(sum, i64x2.mul(i64x2.add(a1, b2), i64x2.add(a2, b1)));
}

/** out (rows) = matrix (rows × columns) · vector (columns) */
function matrixVector(out: usize, matrix: usize, vector: usize, rows: usize, columns: usize, mode: i32): void {
  const stride = columns << 3;
  const end = stride & ~15;
  for (let r: usize = 0; r < rows; r++) {
    let sums = i64x2.splat(0);
    for (let i: usize = 0; i < end; i += 16) {
      sums = i64x2.add(sums, i64x2.mul(v128.load(matrix + i), v128.load(vector + i)));
    }
    let sum = <u64>i64x2.extract_lane(sums, 0) + <u64>i64x2.extract_lane(sums, 1);
    if (columns & 1) sum += load<u64>(matrix + end) * load<u64>(vector + end);
    if (mode == 0) store<u64>(out, sum);
    else store<u64>(out, mode == 1 ? load<u64>(out) + sum : load<u64>(out) - sum);
    matrix += stride;
    out += 8;
  }
}

/** out (columns) = vector (rows) · matrix (rows × columns) */
function vectorMatrix(out: usize, vector: usize, matrix: usize, rows: usize, columns: usize, mode: i32): void {
  const stride = columns << 3;
  if (mode == 0) memory.fill(out, 0, stride);
  for (let r: usize = 0; r < rows; r++) {
    const factor = load<u64>(vector + (r << 3));
    scaleAdd(out, matrix + r * stride, mode == 2 ? 0 - factor : factor, columns);
  }
}
