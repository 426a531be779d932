/**
 * The cheapest way to give each row a column of its own: the Hungarian method with shortest augmenting paths (Jonker and Volgenant 1987).
 * @module
 */

/** For each row its column; `costs` has at least as many columns as rows. */
export function cheapestAssignment(costs: readonly ArrayLike<number>[]): number[] {
  const rows = costs.length;
  const cols = rows === 0 ? 0 : costs[0].length;
  // Column `cols` stands for "none": a path begins there.
  const owner = new Array<number>(cols + 1).fill(-1);
  const rowPrice = new Float64Array(rows);
  const colPrice = new Float64Array(cols + 1);
  for (let row = 0; row < rows; row++) {
    const shortest = new Float64Array(cols).fill(Infinity);
    const before = new Array<number>(cols).fill(cols);
    const isDone = new Array<boolean>(cols + 1).fill(false);
    owner[cols] = row;
    let at = cols;
    while (owner[at] !== -1) {
      isDone[at] = true;
      const from = owner[at];
      let next = -1;
      for (let j = 0; j < cols; j++) {
        if (isDone[j]) continue;
        const length = costs[from][j] - rowPrice[from] - colPrice[j];
        if (length < shortest[j]) [shortest[j], before[j]] = [length, at];
        if (next === -1 || shortest[j] < shortest[next]) next = j;
      }
      const step = shortest[next];
      for (let j = 0; j <= cols; j++) {
        if (isDone[j]) {
          rowPrice[owner[j]] += step;
          colPrice[j] -= step;
        } else shortest[j] -= step;
      }
      at = next;
    }
    while (at !== cols) {
      owner[at] = owner[before[at]];
      at = before[at];
    }
  }
  const columnOf = new Array<number>(rows);
  for (let j = 0; j < cols; j++) if (owner[j] !== -1) columnOf[owner[j]] = j;
  return columnOf;
}
