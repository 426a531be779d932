/** One identifier for all forms of the same keys, and none for two of different ones. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dateForm, dateKey } from '../../src/alignment/identifiers/date-key.ts';
import { IdentifierReading } from '../../src/alignment/identifiers/identifiers.ts';
import { type Duplicates, identifierOf, type MissingKeys } from '../../src/alignment/identifiers/key.ts';
import { IGNORABLE, textKey } from '../../src/alignment/identifiers/text-key.ts';
import { Problems } from '../../src/data/problems.ts';

describe('a text', () => {
  it.each([
    ['  Müller ', [], 'Müller'],
    ['Mu\u0308ller', [], 'Müller'],
    ['ＡＢ１', [], 'AB1'],
    ['GROẞE', ['case'], 'grosse'],
    ['große', ['case'], 'grosse'],
    ['Łódź', ['accents'], 'Lodz'],
    ['Ángström', ['accents', 'case'], 'angstrom'],
    ['Sørensen', ['case', 'accents'], 'sorensen'],
    ["O'Neil-Smith", ['punctuation'], 'ONeilSmith'],
    ['a  b\tc', ['spaces'], 'abc'],
    ['000', ['leading-zeros'], '0'],
    ['00 71', ['spaces', 'leading-zeros'], '71'],
    ['-0071', ['punctuation', 'leading-zeros'], '71'],
  ] as const)('%j without %j is %j', (cell, ignore, key) => {
    expect(textKey(cell, ignore)).toBe(key);
  });

  it('is the same once more, whatever it ignores', () => {
    const some = fc.subarray([...IGNORABLE]);
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), some, (cell, ignore) => {
        const key = textKey(cell, ignore);
        expect(textKey(key, ignore)).toBe(key);
      }),
    );
  });
});

describe('a date', () => {
  const forms = ['YYYY-MM-DD', 'DD.MM.YYYY', 'MM/DD/YYYY', 'YYYYMMDD'].flatMap((form) => dateForm(form) ?? []);
  it.each([
    ['1970-01-02', '1970-01-02'],
    ['2.1.1970', '1970-01-02'],
    ['01/02/1970', '1970-01-02'],
    [' 19700102 ', '1970-01-02'],
    ['29.02.2000', '2000-02-29'],
    ['29.02.1900', undefined],
    ['31.04.2000', undefined],
    ['1.13.2000', undefined],
    ['2000-1', undefined],
    ['1.1.70', undefined],
  ])('%j is %j', (cell, key) => {
    expect(dateKey(cell, forms)).toBe(key);
  });

  it.each(['YYYY-MM', 'DD.MM.YY', 'YYYYMMDDDD', 'DD-MM-YYYY-MM', 'YYYYxMMxDD', ''])('%j is no form', (form) => {
    expect(dateForm(form)).toBeUndefined();
  });

  it('forms of which one date fits both are of one shape', () => {
    const shape = (form: string) => dateForm(form)?.shape;
    expect(shape('DD/MM/YYYY')).toBe(shape('MM/DD/YYYY'));
    expect(shape('DDMMYYYY')).toBe(shape('YYYYMMDD'));
    expect(shape('DD.MM.YYYY')).not.toBe(shape('DD/MM/YYYY'));
  });
});

it('identifiers are alike only where all texts are', () => {
  const texts = fc.array(fc.string({ maxLength: 4 }), { minLength: 2, maxLength: 2 });
  fc.assert(
    fc.property(texts, texts, (a, b) => {
      const isSame = Buffer.from(identifierOf(a)).equals(Buffer.from(identifierOf(b)));
      expect(isSame).toBe(a[0] === b[0] && a[1] === b[1]);
    }),
    {
      examples: [
        [
          ['ab', 'c'],
          ['a', 'bc'],
        ],
        [
          ['', 'a'],
          ['a', ''],
        ],
      ],
    },
  );
});

describe('rows of one party', () => {
  const read = (duplicates: Duplicates, missing: MissingKeys) => {
    const problems = new Problems('line');
    const rules = { keys: [{ name: 'id', ignore: ['case'] as const }], duplicates, missing };
    const reading = new IdentifierReading(rules, ['Nummer'], problems, 'line');
    ['a', 'b', 'A', '', 'c', 'B', 'a'].forEach((cell, row) => {
      reading.add([cell], row + 2);
    });
    return { ...reading.end(), problems: problems.list() };
  };

  it('with the same keys, or none, are problems that name lines and no text', () => {
    const { problems } = read('refuse', 'refuse');
    expect(problems).toHaveLength(3);
    expect(problems.join('\n')).toMatch(/line 4: the same keys as on line 2: [^;]*; the same in 1 more line: 8/);
    expect(problems.join('\n')).toMatch(/line 5, column 'Nummer': empty/);
    expect(problems.join('\n')).toMatch(/line 7: the same keys as on line 3/);
  });

  it('count once, or not at all, as the job says', () => {
    const first = read('first', 'drop');
    expect([...first.rows]).toEqual([0, 1, 4]);
    expect([...first.places]).toEqual([2, 3, 6]);
    expect(first.left).toEqual({ missing: 1, duplicates: 3, incomplete: 0 });
    expect(first.problems).toEqual([]);
    const none = read('none', 'drop');
    expect([...none.rows]).toEqual([4]);
    expect(none.left).toEqual({ missing: 1, duplicates: 5, incomplete: 0 });
  });
});
