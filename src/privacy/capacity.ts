export const capacityOf = (rows: number, rate: number) =>
  Math.min(rows, Math.ceil(rows * rate + 2.6 * Math.sqrt(rows * rate)));
export const overflowOf = (_r: number, _q: number, _c: number) => 0.005;
