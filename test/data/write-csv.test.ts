import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { csvLine } from '../../src/data/write-csv.ts';

it('a line is read back as it was, whatever its cells', () => {
  const cell = fc.oneof(fc.string(), fc.constantFrom('a, b', '"', '\r\n', '', ' x'));
  fc.assert(
    fc.property(fc.array(cell, { minLength: 1, maxLength: 5 }), (cells) => {
      expect(parse(`${csvLine(cells)}\n`, { skip_empty_lines: true, record_delimiter: '\n' })).toEqual([cells]);
    }),
  );
});
