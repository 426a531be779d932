/** A confusion matrix is headed by the classes of the job, whatever they are called. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { confusionLines, namesOf } from '../../src/cli/screens/confusion-screen.ts';
import { classesOf } from '../../src/job/file/job.ts';
import { loadJob } from '../../src/job/file/job-file.ts';

const counts = (classes: number) => Array.from({ length: classes }, (_, r) => new Array<number>(classes).fill(r));
/** The cells of the heading, and the first ones of the rows below. */
function namesIn(text: string): { readonly columns: string[]; readonly rows: string[] } {
  const [, , head, ...rows] = text.split('\n');
  const cells = (line: string) => line.trim().split(/ {2,}/);
  return { columns: cells(head).slice(0, -1), rows: rows.flatMap((line) => cells(line)[0] || []).slice(0, -1) };
}

it.each([[[1, 2, 3]], [[0, 1]], [[7, 3, 30]], [['red', 'green', 'light blue']]])(
  'classes %j are named as they are, in their order',
  (classes) => {
    const names = classes.map(String);
    expect(namesIn(confusionLines(counts(names.length), classes, undefined))).toEqual({ columns: names, rows: names });
  },
);

it('the classes of a job are those of its label column; a binary label has 0 and 1, and a target none', () => {
  const job = loadJob('examples/digits-mlp.yaml');
  const data = { ...job.data, classes: [1, 2, 3] };
  expect(classesOf({ ...job, data })).toEqual([1, 2, 3]);
  expect(classesOf(loadJob('examples/breast-cancer-logistic.yaml'))).toEqual([0, 1]);
  const { classes, ...rest } = job.data;
  expect(classes).toHaveLength(10);
  expect(classesOf({ data: rest, model: { ...job.model, output: 'sigmoid' } })).toEqual([0, 1]);
  expect(classesOf({ data: { ...rest, target: [0, 1] }, model: { ...job.model, output: 'linear' } })).toBeUndefined();
});

it('long names are shortened, and have their place before them where two would be alike', () => {
  const classes = ['adenocarcinoma in situ', 'adenocarcinoma invasive', 'none\u001b[31m', 'of unknown primary'];
  const names = ['1: adenoc…', '2: adenoc…', '3: none […', '4: of unk…'];
  expect(namesIn(confusionLines(counts(4), classes, undefined))).toEqual({ columns: names, rows: names });
});

it('no two names are alike on the screen, none is blank, and none is long', () => {
  const name = fc.oneof(fc.string({ maxLength: 20, unit: fc.constantFrom('a', ' ', '\n') }), fc.string(), fc.integer());
  fc.assert(
    fc.property(fc.uniqueArray(name, { minLength: 2, maxLength: 12, selector: String }), (classes) => {
      const names = namesOf(classes);
      expect(new Set(names).size).toBe(classes.length);
      for (const name of names) expect(name).toMatch(/^[^\p{Cc}]{1,12}$/u);
    }),
  );
});
