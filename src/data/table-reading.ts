/**
 * Rows of a table on their way to records.
 * @module
 */
import { AGAIN, isHeaderAgain, isNoRecord, isOfTexts, NO_RECORD, type ReadColumn, UNITS } from './heading-row.ts';
import { Problems } from './problems.ts';
import { RecordRoom } from './record-room.ts';
import type { Records } from './records.ts';
import type { RowEncoder } from './row-encoder.ts';
import type { TableSource } from './table-source.ts';

export interface TableRecords extends Records {
  /** The cells of the id column; none where no column was asked for. */
  readonly ids: readonly string[];
  /** What whoever asked should know of columns, though nothing is refused for it. */
  readonly warnings: readonly string[];
}

/** An encoder, with where its cells stand in a row and where its features go. */
interface Field {
  readonly encoder: RowEncoder;
  readonly at: readonly number[];
  /** Holds the cells of one row after another. */
  readonly cells: string[];
  /** Among the features of a row. */
  readonly first: number;
}

/** What a reading is made of. */
export interface ReadingParts {
  readonly encoders: readonly RowEncoder[];
  /** One, or none. */
  readonly label: readonly RowEncoder[];
  readonly id: string | undefined;
  /** The columns whose cells rows have, in their order. */
  readonly found: readonly string[];
  readonly problems: Problems;
  readonly source: Pick<TableSource, 'counted'>;
  /** Rows that there should be. */
  readonly expected: number | undefined;
}

/** One reading of one table: rows come in one by one, and are records at the end. */
export class TableReading {
  readonly #parts: ReadingParts;
  readonly #warnings: Problems;
  readonly #width: number;
  readonly #fields: readonly Field[];
  readonly #labels: readonly Field[];
  readonly #columns: readonly ReadColumn[];
  readonly #mayBeEmpty: boolean;
  readonly #idAt: number;
  readonly #ids: string[] = [];
  readonly #room: RecordRoom;
  #seen = 0;
  /** The first row, if it has texts alone, until the next one tells whether these are units. */
  #first: { readonly cells: readonly string[]; readonly place: number } | undefined;

  /** An encoder that reads a column which is not found is left out: that is a problem already. */
  constructor(parts: ReadingParts) {
    const { encoders, label, id, found, source, expected } = parts;
    const indices = new Map(found.map((name, i) => [name, i]));
    let next = 0;
    const fieldOf = (encoder: RowEncoder): Field => {
      const first = next;
      next += encoder.features.length;
      return { encoder, at: encoder.reads.flatMap((name) => indices.get(name) ?? []), cells: [], first };
    };
    const isWhole = ({ encoder, at }: Field) => at.length === encoder.reads.length;
    this.#fields = encoders.map(fieldOf).filter(isWhole);
    this.#labels = label.map(fieldOf).filter(isWhole);
    this.#width = next;
    const columns = new Map<string, ReadColumn>();
    for (const { encoder, at } of [...this.#fields, ...this.#labels]) {
      encoder.reads.forEach((name, i) => {
        const isForeign = (cell: string) => encoder.isForeign(cell);
        columns.set(name, columns.get(name) ?? { name, at: at[i], isFeature: !label.includes(encoder), isForeign });
      });
    }
    this.#columns = [...columns.values()];
    this.#mayBeEmpty = this.#fields.some(({ encoder }) => encoder.takesMissing);
    this.#idAt = id === undefined ? -1 : (indices.get(id) ?? -1);
    this.#room = new RecordRoom(next, expected);
    this.#warnings = new Problems(source.counted);
    this.#parts = parts;
  }

  /** Rows so far. */
  get seen(): number {
    return this.#seen;
  }

  add(cells: readonly string[], place: number): void {
    const row = this.#seen++;
    if (cells.length === 0 || isHeaderAgain(cells, this.#columns)) {
      if (cells.length > 0) this.#refuse(place, AGAIN);
      else this.#count();
      return;
    }
    const first = this.#first;
    this.#first = undefined;
    const hasTexts = row < 2 && isOfTexts(cells, this.#columns);
    // Where the next row has texts too, they are values of a kind that is not read.
    if (first !== undefined && hasTexts) this.#encode(first.cells, first.place);
    else if (first !== undefined) this.#refuse(first.place, UNITS);
    if (row === 0 && hasTexts) this.#first = { cells, place };
    else this.#encode(cells, place);
  }

  /** `isCut`: there may be more rows, which could not be read. */
  end(isCut: boolean): void {
    const { problems, source, expected } = this.#parts;
    if (this.#first !== undefined) this.#refuse(this.#first.place, UNITS);
    for (const { encoder } of [...this.#fields, ...this.#labels]) encoder.end(problems, this.#warnings);
    if (isCut) return;
    const { rows } = this.#room;
    const below = source.counted === 'line' ? ' below the header' : '';
    if (this.#seen === 0) problems.add(`there is no row${below}`);
    else if (expected !== undefined && rows !== expected) {
      const out = rows === this.#seen ? '' : `, without ${this.#seen - rows} that are left out`;
      problems.add(`rows${below}: ${rows}${out}, but the job says ${expected}`);
    }
  }

  records(): TableRecords {
    return { ...this.#room.records(), ids: this.#ids, warnings: this.#warnings.list() };
  }

  /** A row that is none: it counts, so that its fault is not told a second time as a row that is not there. */
  #refuse(place: number, what: string, why = ''): void {
    this.#parts.problems.addAt(place, `${what}: remove the ${this.#parts.source.counted}${why}`);
    this.#count();
  }

  #count(): void {
    this.#room.ready();
    this.#room.keep();
  }

  #encode(cells: readonly string[], place: number): void {
    const [room, problems] = [this.#room, this.#parts.problems];
    if (!this.#mayBeEmpty && isNoRecord(cells, this.#columns)) {
      this.#refuse(place, NO_RECORD, ', if it is a total or a remark or has no value at all');
      return;
    }
    room.ready();
    const row = room.rows;
    let isKept = true;
    for (const { encoder, at, cells: own, first } of this.#fields) {
      for (let k = 0; k < at.length; k++) own[k] = cells[at[k]].trim();
      const into = row * this.#width + first;
      if (!encoder.encode(own, place, room.features, into, problems)) isKept = false;
    }
    for (const { encoder, at, cells: own } of this.#labels) {
      own[0] = cells[at[0]].trim();
      if (!encoder.encode(own, place, room.labels, row, problems)) isKept = false;
    }
    if (!isKept) return;
    if (this.#idAt >= 0) this.#ids.push(cells[this.#idAt]);
    room.keep();
  }
}
