/** Declared features of what a job file says of them, and the columns of rows that their encoders make. */
import { expect } from 'vitest';
import { Document } from '../../src/data/document.ts';
import { numberIn } from '../../src/data/labels.ts';
import { Problems } from '../../src/data/problems.ts';
import { type FeatureProblem, type Placed, placed } from '../../src/encoding/declaration.ts';
import { type Encoding, featureEncoders } from '../../src/encoding/feature-encoder.ts';
import { declaredIn, featuresForm } from '../../src/encoding/feature-schema.ts';

/** The features of a mapping as a job file has it, with what is wrong between them. */
export function declared(written: object): { features: Placed[]; problems: FeatureProblem[] } {
  const read = new Document(written).read(featuresForm);
  expect(read).toBeDefined();
  const problems: FeatureProblem[] = [];
  return { features: placed(declaredIn(read ?? {}), (problem) => problems.push(problem)), problems };
}

/** The features of a mapping with nothing wrong. */
export function sound(written: object): Placed[] {
  const { features, problems } = declared(written);
  expect(problems).toEqual([]);
  return features;
}

export const plainly = (features: readonly Placed[], more: Partial<Encoding> = {}): Encoding => ({
  features,
  own: {},
  fills: {},
  outOfRange: 'refuse',
  missing: 'refuse',
  dropped: 'left out',
  isMissing: () => false,
  form: { numberIn },
  ...more,
});

/** The columns of rows whose cells are given by column, and the problems. */
export function encoded(encoding: Encoding, rows: readonly Readonly<Record<string, string>>[]) {
  const encoders = featureEncoders(encoding);
  const [problems, warnings] = [new Problems(), new Problems()];
  const columns = encoders.flatMap(({ features }) => features);
  const values = rows.map((row, i) => {
    const into = new Float64Array(columns.length);
    let at = 0;
    for (const encoder of encoders) {
      encoder.encode(
        encoder.reads.map((name) => row[name] ?? ''),
        i + 2,
        into,
        at,
        problems,
      );
      at += encoder.features.length;
    }
    return [...into];
  });
  for (const encoder of encoders) encoder.end(problems, warnings);
  return {
    names: columns.map(({ name }) => name),
    columns,
    values,
    problems: problems.list(),
    warnings: warnings.list(),
  };
}
