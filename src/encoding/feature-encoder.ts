/**
 * Features behind the interface that readers of tables use: each declared feature is one encoder of its own cells.
 * @module
 */
import { isMissing as isMissingWord } from '../data/cell-fault.ts';
import type { FeatureRange } from '../data/feature-range.ts';
import { isText } from '../data/number-encoder.ts';
import type { Problems } from '../data/problems.ts';
import { RangeCheck } from '../data/range-check.ts';
import type { CellForm, RowEncoder } from '../data/row-encoder.ts';
import { type Placed, usedColumns, withParents } from './declaration.ts';
import { Expansion } from './expansion.ts';
import type { CellReading, Write } from './feature-kind.ts';
import { featureKindOf } from './kinds/index.ts';
import { type Fills, fillOf } from './missing.ts';
import type { OwnTable } from './own-column.ts';

/** How the features of a job are read from one table. */
export interface Encoding {
  readonly features: readonly Placed[];
  readonly own: OwnTable;
  readonly fills: Fills;
  /** What becomes of a value outside its range. */
  readonly outOfRange: 'refuse' | 'clip' | 'keep';
  /** `keep`: a cell without a value is NaN, where the job does not fill it. */
  readonly missing: 'refuse' | 'keep';
  /**
   * A row without a value in a feature with `fill: drop`. `left out`: it is no record. `kept`: it is one with NaN there, which somebody else leaves out.
   * `as missing`: it is treated like one whose feature has no fill, so that no row is lost.
   */
  readonly dropped: 'left out' | 'kept' | 'as missing';
  /** Whether a cell has no value, beside those that the table's own texts say. */
  readonly isMissing: (cell: string) => boolean;
  /** How numbers are written in the table, and what to do about its cells. */
  readonly form: CellForm;
}

/** The encoders of all features, in their order. Those of features that are not used give no column, and check their cells. */
export const featureEncoders = (encoding: Encoding): RowEncoder[] =>
  encoding.features.map((placed) =>
    featureKindOf(placed.feature).isRead ? readEncoder(placed, encoding) : derivedEncoder(placed, encoding),
  );

const readIn = (features: readonly Placed[]) => features.filter(({ feature }) => featureKindOf(feature).isRead);

/** The columns of values: one for each feature that is read. */
export const valueColumns = (features: readonly Placed[]): FeatureRange[] => readIn(features).map(valueRange);

/**
 * The encoders of values, one for each read feature: a number, or NaN where a cell has no value. This is what pooled means and medians are computed of.
 * `Expansion` makes model columns of such a row, once the fills are known.
 */
export const valueEncoders = (encoding: Encoding): RowEncoder[] =>
  readIn(encoding.features).map((placed): RowEncoder => {
    const encoder = readEncoder(placed, encoding, (value, into, at) => {
      into[at] = value[0];
    });
    return { ...encoder, features: [valueRange(placed)] };
  });

/** What a cell holds: a value, nothing, or a fault. */
export type Found = CellReading | 'missing';

/** Reads the cells of a feature that has a column. A text that is a level, or another value, is never taken for a missing one. */
export function cellReader(
  { feature, name }: Placed,
  { own, isMissing, form: { numberIn } }: Pick<Encoding, 'own' | 'isMissing' | 'form'>,
) {
  const kind = featureKindOf(feature);
  const { column = name, missing = own.missing ?? [], ...form } = own.columns?.[name] ?? {};
  const texts = new Set(missing);
  const read = kind.isRead ? kind.reader(feature, form, numberIn) : (): CellReading => ({ value: Number.NaN });
  return {
    column,
    read(cell: string): Found {
      if (cell === '' || texts.has(cell)) return 'missing';
      const reading = read(cell);
      return 'fault' in reading && isMissing(cell) ? 'missing' : reading;
    },
  };
}

/** The values that a read feature can have: within its bounds, or the index of a level. */
function valueRange({ feature, name, columns }: Placed): FeatureRange {
  const kind = featureKindOf(feature);
  const bounds = kind.isRead ? kind.bounds?.(feature) : undefined;
  return { name, ...(bounds ?? { low: 0, high: columns.length }) };
}

function readEncoder(placed: Placed, encoding: Encoding, writeValue?: Write): RowEncoder {
  const { feature, name } = placed;
  const { outOfRange, missing } = encoding;
  const { advice, onBroken } = encoding.form;
  const kind = featureKindOf(feature);
  const cells = cellReader(placed, encoding);
  const bounds = kind.isRead ? kind.bounds?.(feature) : undefined;
  const range = bounds === undefined ? undefined : new RangeCheck({ name: cells.column, ...bounds });
  const isUsed = feature.use !== false;
  // A value that no column shows can not be marked.
  const keeps = outOfRange === 'keep' && isUsed;
  const expansion = new Expansion([placed], encoding.fills, !keeps);
  const write: Write = writeValue ?? ((from, into, at) => expansion.expand(from, into, at));
  const fill = fillOf(feature.missing);
  const isDropped = fill === 'drop' && encoding.dropped !== 'as missing';
  const isFilled = fill !== 'drop' && fill !== 'refuse';
  const takesMissing = isFilled || isDropped || missing === 'keep';
  const value = new Float64Array(1);
  return {
    reads: [cells.column],
    declared: name,
    features: usedColumns(placed),
    takesMissing,
    isForeign: (cell) => isText(cell) && isFault(cells.read(cell)),
    encode([cell], place, into, at, problems) {
      const found = cells.read(cell);
      if (found === 'missing') {
        if (!takesMissing) {
          onBroken?.(name, 'missing');
          problems.addAt(
            place,
            `${cell === '' ? 'empty' : 'no value'}${advice === undefined ? '' : `; ${advice.missing}`}`,
            cells.column,
          );
          return true;
        }
        value[0] = Number.NaN;
      } else if ('fault' in found) {
        onBroken?.(name, found.rule);
        problems.addAt(place, `${found.fault}${takesMissing && isMissingWord(cell) ? LISTED : ''}`, cells.column);
        return true;
      } else {
        range?.add(found.value, place);
        value[0] = found.value;
      }
      write(value, into, at);
      return !(isDropped && encoding.dropped === 'left out' && found === 'missing');
    },
    end(problems, warnings) {
      if (keeps) range?.report(warnings);
      else if (range?.report(problems, outOfRange !== 'clip', advice?.outOfRange)) onBroken?.(name, 'range');
    },
  };
}

/** Completes the fault of a cell that other people leave without a value in this way. */
const LISTED = '; or list the text in data.missing of the configuration, where it stands for no value';

const isFault = (found: Found) => found !== 'missing' && 'fault' in found;

/** Reads the cells of all features that this one is made of again, and leaves their faults to the encoders of these. */
function derivedEncoder(placed: Placed, encoding: Encoding): RowEncoder {
  const closure = withParents(placed);
  const expansion = new Expansion(
    closure.map((each) => asUsed(each, each === placed)),
    encoding.fills,
    true,
  );
  const readers = expansion.read.map((each) => cellReader(each, encoding));
  const values = new Float64Array(readers.length);
  const columns = usedColumns(placed);
  const room = new Float64Array(placed.columns.length);
  return {
    reads: readers.map(({ column }) => column),
    features: columns,
    takesMissing: true,
    isForeign: isText,
    encode(cells, _place, into, at, _problems: Problems) {
      readers.forEach(({ read }, i) => {
        const found = read(cells[i]);
        values[i] = typeof found === 'object' && 'value' in found ? found.value : Number.NaN;
      });
      expansion.expand(values, room, 0);
      if (columns.length > 0) into.set(room, at);
      return true;
    },
    end: () => undefined,
  };
}

const asUsed = (placed: Placed, use: boolean): Placed => ({
  ...placed,
  feature: { ...placed.feature, use },
});
