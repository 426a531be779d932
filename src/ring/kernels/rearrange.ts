/**
 * Moving elements and rows about: copies, broadcasts, column sums, transposes, gathers; and XOR of bytes.
 * @module
 */
import { add } from './arithmetic';
import { copyWords } from './words';

export function copy(out: usize, a: usize, bytes: usize): void {
  memory.copy(out, a, bytes);
}

export function fill0(out: usize, bytes: usize): void {
  memory.fill(out, 0, bytes);
}

export function xorBytes(out: usize, a: usize, b: usize, bytes: usize): void {
  const end = bytes & ~15;
  for (let i: usize = 0; i < end; i += 16) v128.store(out + i, v128.xor(v128.load(a + i), v128.load(b + i)));
  for (let i = end; i < bytes; i++) store<u8>(out + i, load<u8>(a + i) ^ load<u8>(b + i));
}

export function addRow(out: usize, a: usize, row: usize, rows: usize, cols: usize): void {
  const stride = cols << 3;
  for (let r: usize = 0; r < rows; r++) add(out + r * stride, a + r * stride, row, cols);
}

export function broadcastRow(out: usize, row: usize, rows: usize, cols: usize): void {
  const stride = cols << 3;
  for (let r: usize = 0; r < rows; r++) copyWords(out + r * stride, row, stride);
}

export function sumRows(out: usize, a: usize, rows: usize, cols: usize): void {
  const stride = cols << 3;
  memory.fill(out, 0, stride);
  for (let r: usize = 0; r < rows; r++) add(out, out, a + r * stride, cols);
}

/** Columns that are read together, so that a cache line of `a` is used up before it is evicted. */
const TRANSPOSE_BLOCK: usize = 8;

export function transpose(out: usize, a: usize, rows: usize, cols: usize): void {
  for (let from: usize = 0; from < cols; from += TRANSPOSE_BLOCK) {
    const to = min(from + TRANSPOSE_BLOCK, cols);
    for (let r: usize = 0; r < rows; r++) {
      for (let c = from; c < to; c++) store<u64>(out + ((c * rows + r) << 3), load<u64>(a + ((r * cols + c) << 3)));
    }
  }
}

export function gatherRows(out: usize, src: usize, indices: usize, rows: usize, cols: usize): void {
  const stride = cols << 3;
  for (let r: usize = 0; r < rows; r++) {
    copyWords(out + r * stride, src + <usize>load<u32>(indices + (r << 2)) * stride, stride);
  }
}

/** The sum of each row. */
export function sumColumns(out: usize, a: usize, rows: i32, cols: i32): void {
  for (let r = 0; r < rows; r++) {
    let sum: u64 = 0;
    const row = a + ((<usize>r * cols) << 3);
    for (let c = 0; c < cols; c++) sum += load<u64>(row + ((<usize>c) << 3));
    store<u64>(out + ((<usize>r) << 3), sum);
  }
}

/** Each entry of a column, cols times. */
export function repeatColumn(out: usize, column: usize, rows: i32, cols: i32): void {
  let at = out;
  for (let r = 0; r < rows; r++) {
    const value = load<u64>(column + ((<usize>r) << 3));
    for (let c = 0; c < cols; c++, at += 8) store<u64>(at, value);
  }
}

/** Column c of the result is column columns[c] (u32) of a. */
export function selectColumns(out: usize, a: usize, columns: usize, rows: i32, from: i32, to: i32): void {
  let at = out;
  for (let r = 0; r < rows; r++) {
    const row = a + ((<usize>r * from) << 3);
    for (let c = 0; c < to; c++, at += 8) {
      store<u64>(at, load<u64>(row + ((<usize>load<u32>(columns + ((<usize>c) << 2))) << 3)));
    }
  }
}

/** Entry i of each record of `out` (length entries) is entry places[i] (i32) of that record of `a` (size entries), or 0 where the place is negative. */
export function gatherEntries(out: usize, a: usize, places: usize, records: i32, size: i32, length: i32): void {
  let at = out;
  for (let r = 0; r < records; r++) {
    const record = a + ((<usize>r * size) << 3);
    for (let i = 0; i < length; i++, at += 8) {
      const place = load<i32>(places + ((<usize>i) << 2));
      store<u64>(at, place < 0 ? 0 : load<u64>(record + ((<usize>place) << 3)));
    }
  }
}

/** Adds entry i of each record of `a` (length entries) to entry places[i] (i32) of that record of `out` (size entries), which begins at 0. */
export function scatterEntries(out: usize, a: usize, places: usize, records: i32, size: i32, length: i32): void {
  memory.fill(out, 0, (<usize>records * size) << 3);
  let at = a;
  for (let r = 0; r < records; r++) {
    const record = out + ((<usize>r * size) << 3);
    for (let i = 0; i < length; i++, at += 8) {
      const place = load<i32>(places + ((<usize>i) << 2));
      if (place < 0) continue;
      const to = record + ((<usize>place) << 3);
      store<u64>(to, load<u64>(to) + load<u64>(at));
    }
  }
}
