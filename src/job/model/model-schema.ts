/**
 * The features of a model, as its job declared them: what raw records hold, and how that becomes the model's columns.
 * @module
 */
import { isMissing } from '../../data/cell-fault.ts';
import type { Path } from '../../data/document.ts';
import type { RecordsWanted } from '../../data/records.ts';
import { columnsOf, type Placed, placed, plainFeatures, pooledFeatures } from '../../encoding/declaration.ts';
import { featureEncoders } from '../../encoding/feature-encoder.ts';
import { declaredIn, featuresForm } from '../../encoding/feature-schema.ts';
import type { Declared } from '../../encoding/kinds/index.ts';
import type { OwnTable } from '../../encoding/own-column.ts';

/** What of a model file this is about. */
interface WithSchema {
  readonly features: readonly string[];
  readonly ranges?: readonly (readonly [number, number])[] | undefined;
  readonly units?: Readonly<Record<string, string>> | undefined;
  readonly schema?:
    | { readonly features: Readonly<Record<string, unknown>>; readonly fills: Readonly<Record<string, number>> }
    | undefined;
}

/** What is wrong with the schema of a model file. */
export function schemaProblems({ features, ranges, schema }: WithSchema): [place: Path, problem: string][] {
  if (schema === undefined) return [];
  const { data } = featuresForm.safeParse(schema.features);
  const place = ['schema', 'features'];
  if (data === undefined) return [[place, 'must be features as a job file has them']];
  const problems: [Path, string][] = [];
  const all = placed(declaredIn(data), ({ name, says }) => problems.push([[...place, name], says]));
  if (problems.length > 0) return problems;
  problems.push(...fillProblems(all, schema.fills));
  if (problems.length > 0) return problems;
  const columns = columnsOf(all);
  const isSame =
    columns.length === features.length &&
    columns.every(
      ({ name, low, high }, i) => name === features[i] && low === ranges?.[i]?.[0] && high === ranges[i][1],
    );
  return isSame ? [] : [[place, 'must give the columns in features, with their ranges']];
}

/** Each pooled fill has its number, and nothing else has one. */
function fillProblems(features: readonly Placed[], fills: Readonly<Record<string, number>>): [Path, string][] {
  const pooled = pooledFeatures(features);
  const place = (name: string) => ['schema', 'fills', name];
  const unknown = Object.keys(fills).filter((name) => !pooled.some((feature) => feature.name === name));
  return [
    ...unknown.map((name): [Path, string] => [place(name), 'is no feature with missing: mean or missing: median']),
    ...pooled.flatMap(({ name, low, high }): [Path, string][] => {
      const isSound = Object.hasOwn(fills, name) && fills[name] >= low && fills[name] <= high;
      return isSound ? [] : [[place(name), `must be a number within the range, ${low} to ${high}`]];
    }),
  ];
}

/** The declared features of a model that was read. */
export function declaredOfModel({ schema }: WithSchema): readonly Declared[] | undefined {
  if (schema === undefined) return undefined;
  const { data } = featuresForm.safeParse(schema.features);
  return data === undefined ? undefined : declaredIn(data);
}

/** How rows are read that a model is applied to. */
export interface RowRules {
  readonly outOfRange: 'refuse' | 'keep';
  readonly missing: 'refuse' | 'keep';
  /** How the table has the features, where it is not as the job says. */
  readonly table?: OwnTable | undefined;
}

/** What is asked of the rows that a model is applied to: its encoders are those that training used, with the same fills. */
export function rowsWanted(model: WithSchema, columns: RecordsWanted['features'], rules: RowRules): RecordsWanted {
  const { outOfRange, missing, table } = rules;
  const declared = declaredOfModel(model);
  const wanted = { features: columns, outOfRange, missing };
  if (declared === undefined && table === undefined) return wanted;
  const features: readonly Placed[] = placed(declared ?? plainFeatures(columns), () => undefined);
  const fills = model.schema?.fills ?? {};
  const own = table ?? {};
  return {
    ...wanted,
    encoders: (form) =>
      featureEncoders({ features, own, fills, outOfRange, missing, dropped: 'as missing', isMissing, form }),
  };
}
