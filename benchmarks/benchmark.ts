/**
 * What a benchmark module gives: the one question that it answers, and the rows that answer it.
 * @module
 */
export interface BenchmarkResult {
  readonly question: string;
  /** One table; a row may leave out columns. */
  readonly rows: readonly Readonly<Record<string, string | number>>[];
}

export interface Benchmark {
  run(): Promise<BenchmarkResult>;
}

/** The middle one of the values, or the upper of the two. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}
