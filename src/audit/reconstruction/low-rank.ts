/**
 * A matrix as the product of two thin ones, by Gram–Schmidt with pivots and a second pass for orthogonality.
 * @module
 */

export interface LowRank {
  readonly rank: number;
  /** rows × rank, row by row. Its columns are orthonormal. */
  readonly left: Float64Array;
  /** rank × cols, row by row. */
  readonly right: Float64Array;
}

/** Columns of which no more than the length `tolerance` is left count as combinations of those before them. */
export function lowRank(matrix: Float64Array, rows: number, cols: number, tolerance: number): LowRank {
  const rest = Array.from({ length: cols }, (_, j) =>
    Float64Array.from({ length: rows }, (_, i) => matrix[i * cols + j]),
  );
  const basis: Float64Array[] = [];
  while (basis.length < Math.min(rows, cols)) {
    const lengths = rest.map(norm);
    const length = Math.max(...lengths);
    if (!(length > tolerance)) break;
    const pivot = rest[lengths.indexOf(length)].slice();
    for (const one of basis) subtractProjection(pivot, one);
    const scale = norm(pivot);
    const direction = pivot.map((x) => x / scale);
    basis.push(direction);
    for (const column of rest) subtractProjection(column, direction);
  }
  const rank = basis.length;
  const left = Float64Array.from({ length: rows * rank }, (_, at) => basis[at % rank][Math.floor(at / rank)]);
  const right = new Float64Array(rank * cols);
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < rank; k++) {
      for (let j = 0; j < cols; j++) right[k * cols + j] += left[i * rank + k] * matrix[i * cols + j];
    }
  }
  return { rank, left, right };
}

/** How long the longest column is. */
export function longestColumn(matrix: Float64Array, cols: number): number {
  const squares = new Float64Array(cols);
  matrix.forEach((x, at) => {
    squares[at % cols] += x * x;
  });
  return Math.sqrt(Math.max(...squares));
}

/** Views, not copies. */
export function rowsOf(matrix: Float64Array, cols: number): Float64Array[] {
  return Array.from({ length: matrix.length / cols }, (_, row) => matrix.subarray(row * cols, (row + 1) * cols));
}

const norm = (x: Float64Array): number => Math.sqrt(dot(x, x));

function subtractProjection(x: Float64Array, unit: Float64Array): void {
  const by = dot(x, unit);
  for (let i = 0; i < x.length; i++) x[i] -= by * unit[i];
}

function dot(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i] * y[i];
  return sum;
}
