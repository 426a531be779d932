import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { labelReader, numberIn, oneHot, targetScaling } from '../../src/data/labels.ts';

describe('numberIn', () => {
  it.each([
    ['1', 1],
    ['-.5', -0.5],
    ['2e2', 200],
    ['+0', 0],
  ])('reads %s', (cell, value) => {
    expect(numberIn(cell)).toEqual({ value });
  });

  it.each([
    ['', 'empty'],
    ['x', 'a text, not a number: declare a category and its levels in the job, or write numbers'],
    ['0x10', 'not a number: text, such as a unit, behind it; write the number alone'],
    ['-inf', 'not finite'],
    ['1e999', 'not finite'],
  ])('refuses %j', (cell, fault) => {
    expect(numberIn(cell)).toEqual({ fault });
  });

  it.each([
    [/^a word for a missing value/, ['NA', 'n/a', 'NaN', 'null', '?', '.', '-', '#N/A', 'None']],
    [/^a decimal comma/, ['30,1', '-0,5', '1.247,5', "1'247,50", ',5']],
    [/^a thousands separator or decimal comma/, ['1,247', '12,345,678.5', "1'247", '1 247', '1\u202f247.5']],
    [/^thousands separators/, ['1.247.000']],
    [/^a date or time/, ['2025-01-10', '10.01.2025', '1/2/24', '2025-01-10T10:00', '12-Jan-2024', '12:30']],
    [/^true or false in words/, ['True', 'false', 'YES', 'no']],
    [/^a percent sign/, ['12 %', '12.5%']],
    [/^a bound/, ['<0.5', '>= 5', '~3']],
    [/^an error value of a spreadsheet/, ['#VALUE!', '#DIV/0!', '#REF!']],
    [/^a currency sign/, ['€ 5', '$5']],
    [/^a minus sign that is not -/, ['−5']],
    [/text, such as a unit, behind it/, ['30 kg', '5.1mmol/L']],
    [/^a quote out of place/, ['5" tube']],
    [/^not UTF-8/, ['\ufffd']],
    [/^a text, not a number/, ['never', 'M', 'former smoker', 'größe']],
  ])('names %s without showing the cell', (kind, cells) => {
    for (const cell of cells) {
      const reading = numberIn(cell);
      expect(reading, cell).toMatchObject({ fault: expect.stringMatching(kind) });
    }
  });
});

describe('labelReader', () => {
  it('takes 0 and 1 where nothing else is declared', () => {
    const read = labelReader({});
    expect(['0', '1', '1.0', '2', ''].map(read)).toEqual([
      { value: 0 },
      { value: 1 },
      { value: 1 },
      { fault: 'not a label, which is 0 or 1' },
      { fault: 'empty' },
    ]);
    expect(read('True')).toEqual({
      fault:
        'true or false in words, not a label, which is 0 or 1: write 1 and 0, or say with codes in the configuration what it means',
    });
    expect(read('ill')).toEqual({
      fault: 'not a label, which is 0 or 1: write 1 and 0, or say with codes in the configuration what it means',
    });
  });

  it('gives the index of a class, however a number is written', () => {
    const read = labelReader({ classes: ['setosa', 3, '07'] });
    expect(['setosa', '3', '3.0', '07'].map(read)).toEqual([{ value: 0 }, { value: 1 }, { value: 1 }, { value: 2 }]);
    expect(['Setosa', '7', 'toString', ''].map(read)).toEqual([
      ...Array.from({ length: 3 }, () => ({ fault: 'not one of the classes that the job declares' })),
      { fault: 'empty' },
    ]);
  });

  it('takes the values of a target, ends included', () => {
    const read = labelReader({ target: [-1, 2.5] });
    expect(['-1', '2.5', '0'].map(read)).toEqual([{ value: -1 }, { value: 2.5 }, { value: 0 }]);
    expect(['-1.1', '3', 'x'].map(read)).toEqual([
      { fault: 'outside the declared range from -1 to 2.5' },
      { fault: 'outside the declared range from -1 to 2.5' },
      { fault: 'a text, not a number: declare a category and its levels in the job, or write numbers' },
    ]);
  });
});

describe('oneHot', () => {
  it('has a single one in each row, at the class', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 20 }), (labels) => {
        const rows = oneHot(Float64Array.from(labels), 5);
        expect(rows).toHaveLength(5 * labels.length);
        labels.forEach((label, i) => {
          const row = [...rows.subarray(5 * i, 5 * i + 5)];
          expect(row.map((value, j) => value === (j === label ? 1 : 0))).not.toContain(false);
        });
      }),
    );
  });
});

describe('targetScaling', () => {
  it('maps the range to [-1, 1]', () => {
    const { centre, scale } = targetScaling([-10, 30]);
    expect([-10, 10, 30].map((value) => (value - centre) / scale)).toEqual([-1, 0, 1]);
  });
});
