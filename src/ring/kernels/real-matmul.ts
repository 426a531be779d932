/**
 * Matrix products of float64, with either side transposed: what training in the clear is compared on.
 *
 * Blocks of both operands are packed into panels of four lanes (rows of a, columns of b), the lanes of each inner term together.
 * Missing lanes are zero.
 * @module
 */

const LANES: usize = 4;
/** Bytes of one inner term in a panel, and of a row of a tile. */
const STEP: usize = LANES << 3;
const TILE: usize = LANES * STEP;

/** Blocks sized so that two panels stay in the first-level cache and two blocks in the second. */
const BLOCK_ROWS: usize = 128;
const BLOCK_DEPTH: usize = 256;
const BLOCK_COLUMNS: usize = 256;

export function realMatmul(out: usize, a: usize, b: usize, m: usize, k: usize, n: usize, scratch: usize): void {
  product(out, a, k << 3, 8, b, 8, n << 3, m, k, n, scratch);
}

export function realMatmulTN(out: usize, a: usize, b: usize, m: usize, k: usize, n: usize, scratch: usize): void {
  product(out, a, 8, m << 3, b, 8, n << 3, m, k, n, scratch);
}

export function realMatmulNT(out: usize, a: usize, b: usize, m: usize, k: usize, n: usize, scratch: usize): void {
  product(out, a, k << 3, 8, b, k << 3, 8, m, k, n, scratch);
}

export function realMatmulScratchBytes(m: usize, k: usize, n: usize): usize {
  return TILE + (panelsOf(min(m, BLOCK_ROWS)) + panelsOf(min(n, BLOCK_COLUMNS))) * min(k, BLOCK_DEPTH) * STEP;
}

// @ts-ignore: decorator
@inline
function panelsOf(lanes: usize): usize {
  return (lanes + LANES - 1) / LANES;
}

/** Operands are given by the distances in bytes between lanes and between inner terms. */
function product(
  out: usize, a: usize, aLane: usize, aStep: usize, b: usize, bLane: usize, bStep: usize,
  m: usize, k: usize, n: usize, scratch: usize,
): void {
  const aPanels = scratch + TILE;
  const bPanels = aPanels + panelsOf(min(m, BLOCK_ROWS)) * min(k, BLOCK_DEPTH) * STEP;
  memory.fill(out, 0, (m * n) << 3);
  for (let l: usize = 0; l < k; l += BLOCK_DEPTH) {
    const depth = min(k - l, BLOCK_DEPTH);
    for (let j: usize = 0; j < n; j += BLOCK_COLUMNS) {
      const columns = min(n - j, BLOCK_COLUMNS);
      pack(bPanels, b + j * bLane + l * bStep, bLane, bStep, columns, depth);
      for (let i: usize = 0; i < m; i += BLOCK_ROWS) {
        const rows = min(m - i, BLOCK_ROWS);
        pack(aPanels, a + i * aLane + l * aStep, aLane, aStep, rows, depth);
        addBlock(out + ((i * n + j) << 3), n << 3, aPanels, bPanels, rows, depth, columns, scratch);
      }
    }
  }
}

function pack(panel: usize, source: usize, laneStride: usize, stepStride: usize, lanes: usize, depth: usize): void {
  const bytes = depth * STEP;
  for (let first: usize = 0; first < lanes; first += LANES) {
    for (let lane: usize = 0; lane < LANES; lane++) {
      const isThere = first + lane < lanes;
      let from = source + (first + lane) * laneStride;
      for (let at = panel + (lane << 3), end = at + bytes; at < end; at += STEP) {
        store<f64>(at, isThere ? load<f64>(from) : 0);
        from += stepStride;
      }
    }
    panel += bytes;
  }
}

function addBlock(
  out: usize, outStride: usize, aPanels: usize, bPanels: usize, rows: usize, depth: usize, columns: usize, tile: usize,
): void {
  const panel = depth * STEP;
  for (let j: usize = 0; j < columns; j += LANES, bPanels += panel) {
    const width = min(columns - j, LANES);
    for (let i: usize = 0, a = aPanels; i < rows; i += LANES, a += panel) {
      multiplyPanels(tile, a, bPanels, panel);
      const height = min(rows - i, LANES);
      for (let r: usize = 0; r < height; r++) {
        const to = out + (i + r) * outStride + (j << 3);
        for (let c: usize = 0; c < width << 3; c += 8) {
          store<f64>(to + c, load<f64>(to + c) + load<f64>(tile + r * STEP + c));
        }
      }
    }
  }
}

/** The 4 × 4 tile of one panel of a times one of b: eight accumulators, which is what the registers hold. */
function multiplyPanels(tile: usize, a: usize, b: usize, bytes: usize): void {
  let c00 = f64x2.splat(0);
  let c01 = c00;
  let c10 = c00;
  let c11 = c00;
  let c20 = c00;
  let c21 = c00;
  let c30 = c00;
  let c31 = c00;
  for (let i: usize = 0; i < bytes; i += STEP) {
    const p = a + i;
    const left = v128.load(b + i);
    const right = v128.load(b + i + 16);
    let factor = v128.load64_splat(p);
    c00 = f64x2.add(c00, f64x2.mul(factor, left));
    c01 = f64x2.add(c01, f64x2.mul(factor, right));
    factor = v128.load64_splat(p + 8);
    c10 = f64x2.add(c10, f64x2.mul(factor, left));
    c11 = f64x2.add(c11, f64x2.mul(factor, right));
    factor = v128.load64_splat(p + 16);
    c20 = f64x2.add(c20, f64x2.mul(factor, left));
    c21 = f64x2.add(c21, f64x2.mul(factor, right));
    factor = v128.load64_splat(p + 24);
    c30 = f64x2.add(c30, f64x2.mul(factor, left));
    c31 = f64x2.add(c31, f64x2.mul(factor, right));
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
