/** Input, linear combinations, broadcasts, sums and selections of rows and columns equal plain integers. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exactly } from '../../src/plan/write/linear-builder.ts';
import { simulate } from '../../src/runtime/clear/simulate.ts';
import { column, EXTREMES, PARTIES, Program, run, SIZES, TRUST } from './harness.ts';

const integer = (bits: number) => fc.bigInt({ min: -(2n ** BigInt(bits)), max: 2n ** BigInt(bits) });

describe.each(TRUST)('in %s', (trust) => {
  const unit = new Program(trust).productUnit;

  it.each(PARTIES)('enters the extremes, by %s', async (owner) => {
    const revealed = await run(trust, (phase, program) => ({ x: program.integers(phase, owner, EXTREMES) }));
    expect(revealed.x).toEqual(EXTREMES);
  });

  it('enters tensors of every size around a lane', async () => {
    const inputs = SIZES.map((n) => Array.from({ length: n }, (_, i) => BigInt(i - 5) << 40n));
    const revealed = await run(trust, (phase, program) =>
      Object.fromEntries(inputs.map((x, i) => [`${x.length}`, program.integers(phase, PARTIES[i % 3], x)])),
    );
    for (const x of inputs) expect(revealed[x.length]).toEqual(x);
  });

  it('combines masked values and shares with public factors', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(integer(40), integer(40), integer(20)), { minLength: 1, maxLength: 5 }),
        fc.integer({ min: -(2 ** 18), max: 2 ** 18 }),
        fc.integer({ min: -(2 ** 18), max: 2 ** 18 }),
        fc.integer({ min: -(2 ** 40), max: 2 ** 40 }),
        async (rows, a, b, c) => {
          const [x, y, z] = [0, 1, 2].map((k) => rows.map((row) => row[k]));
          const revealed = await run(trust, (phase, program) => {
            const [first, second, third] = [x, y, z].map((v, p) => program.integers(phase, PARTIES[p], v));
            const square = phase.product('elementwise', third, third);
            const [ax, by, sq] = [
              { value: first, factor: exactly(a) },
              { value: second, factor: { constant: b / 4, ratePower: 0, bits: 2 } as const },
              { value: square, factor: exactly(-3) },
            ];
            return {
              masked: phase.linear([ax, by], exactly(c), 0),
              mixed: phase.linear([ax, sq, by], exactly(c), 0),
              shares: phase.linear([sq, sq], exactly(-c), 0),
            };
          });
          const [A, B, C] = [a, b, c].map(BigInt);
          expect(revealed.masked).toEqual(rows.map(([x, y]) => A * x + B * y + C));
          expect(revealed.mixed).toEqual(rows.map(([x, y, z]) => A * x + B * y - 3n * unit * z * z + C));
          expect(revealed.shares).toEqual(rows.map(([, , z]) => -6n * unit * z * z - C));
        },
      ),
      { numRuns: 8 },
    ));

  it('repeats a row and sums rows, masked and shared', async () => {
    const x = [7n, -(2n ** 60n), 2n ** 60n];
    const y = Array.from({ length: 12 }, (_, i) => (BigInt(i) - 5n) << 50n);
    const revealed = await run(trust, (phase, program) => {
      const row = program.integers(phase, 'north', x, { rows: 1, cols: 3 });
      const one = program.integers(phase, 'east', [1n], { rows: 1, cols: 1 });
      const table = program.integers(phase, 'south', y, { rows: 4, cols: 3 });
      const shares = phase.product('matmul', one, row);
      const doubled = phase.linear(
        [
          { value: table, factor: exactly(1) },
          { value: phase.broadcast(shares, 4), factor: exactly(0) },
        ],
        exactly(0),
        0,
      );
      return {
        masked: phase.broadcast(row, 5),
        shares: phase.broadcast(shares, 5),
        sums: phase.sumRows(table),
        sharedSums: phase.sumRows(doubled),
      };
    });
    const repeated = Array.from({ length: 5 }, () => x).flat();
    const sums = [0, 1, 2].map((c) => y.reduce((sum, value, i) => sum + (i % 3 === c ? value : 0n), 0n));
    expect(revealed).toEqual({ masked: repeated, shares: repeated.map((x) => unit * x), sums, sharedSums: sums });
  });

  it.each(SIZES)('sums %i rows, repeats their column and picks columns, masked and shared', async (rows) => {
    const cols = 3;
    const x = Array.from({ length: rows * cols }, (_, i) => (BigInt((i * 29) % 101) - 50n) << 53n);
    const columns = [2, 0, 0, 1, 2];
    const revealed = await run(trust, (phase, program) => {
      const table = program.integers(phase, 'east', x, { rows, cols });
      const one = program.integers(phase, 'north', [1n], { rows: 1, cols: 1 });
      const shares = phase.product('elementwise', table, phase.broadcast(phase.repeatColumn(one, cols), rows));
      const parts = Object.entries({ masked: table, shares }).flatMap(([kind, value]) => {
        const sums = phase.sumColumns(value);
        return [
          [`${kind} sums`, sums],
          [`${kind} repeated`, phase.repeatColumn(sums, 4)],
          [`${kind} picked`, phase.selectColumns(value, columns)],
        ] as const;
      });
      return Object.fromEntries(parts);
    });
    const row = (r: number) => x.slice(r * cols, (r + 1) * cols);
    const each = Array.from({ length: rows }, (_, r) => r);
    const sums = each.map((r) => row(r).reduce((sum, value) => sum + value, 0n));
    const [repeated, picked] = [
      sums.flatMap((sum) => [sum, sum, sum, sum]),
      each.flatMap((r) => columns.map((c) => row(r)[c])),
    ];
    expect(revealed).toEqual({
      'masked sums': sums,
      'masked repeated': repeated,
      'masked picked': picked,
      'shares sums': sums.map((x) => unit * x),
      'shares repeated': repeated.map((x) => unit * x),
      'shares picked': picked.map((x) => unit * x),
    });
  });

  it('gathers pairs of rows, a tile at a time', async () => {
    const program = new Program(trust);
    const rows = 5;
    const x = Array.from({ length: 2 * rows }, (_, i) => BigInt(i) << 33n);
    program.builder.phase('test', (phase) => {
      const table = program.integers(phase, 'north', x, { rows, cols: 2 });
      program.reveal(phase, phase.gather(table, 'pairFirst', 10), 'first');
      program.reveal(phase, phase.gather(table, 'pairSecond', 10), 'second');
    });
    const simulation = await simulate(program.plan(), program.inputsOf);
    const pairs = Array.from({ length: rows }, (_, i) =>
      Array.from({ length: rows - 1 - i }, (_, k) => [i, i + 1 + k]),
    ).flat();
    const pick = (side: number) => pairs.flatMap((pair) => [x[2 * pair[side]], x[2 * pair[side] + 1]]);
    expect(program.integersOf(simulation, 'first', 'east')).toEqual(pick(0));
    expect(program.integersOf(simulation, 'second', 'south')).toEqual(pick(1));
  });

  it('keeps states apart when each takes on what the other was', async () => {
    const program = new Program(trust);
    const [a, b] = ['a', 'b'].map((name) => program.builder.addState(column(1), 0, 100, name));
    program.builder.phase('enter', (phase) => {
      phase.update(a, program.integers(phase, 'north', [3n]));
      phase.update(b, program.integers(phase, 'east', [5n]));
    });
    program.builder.phase('swap', (phase) => {
      const copy = (value: number) => phase.linear([{ value, factor: exactly(1) }], exactly(0), 0);
      phase.update(a, copy(b));
      phase.update(b, copy(a));
    });
    program.builder.phase('output', (phase) => {
      program.reveal(phase, a, 'a');
      program.reveal(phase, b, 'b');
    });
    const simulation = await simulate(program.plan([1, 3]), program.inputsOf);
    expect(program.integersOf(simulation, 'a', 'south')).toEqual([5n]);
    expect(program.integersOf(simulation, 'b', 'south')).toEqual([3n]);
  });
});
