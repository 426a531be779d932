/**
 * What each kind of data says of itself that a node's configuration can name.
 * @module
 */
import type { z } from 'zod';
import type { RecordSource } from '../records.ts';
import type { TableSource } from '../table-source.ts';

/** `W` is what is written: a mapping that has the key by which the kind is known in `SOURCES`. */
export interface SourceKind<W> {
  /** Of the mapping. */
  readonly schema: z.ZodType<W>;
  /** The same with its paths as `path` gives them. */
  located(written: W, path: (written: string) => string): W;
  /** What reads it. Nothing is opened before rows are asked for. */
  open(written: W): TableSource | RecordSource;
  /** Bytes that what reads it takes beside the rows. Absent: next to none. */
  readonly memory?: number;
  /** What reads the file or folder at a path that is written alone; nothing where it is not of this kind. Absent: no path is. */
  readonly ofPath?: (path: string) => TableSource | undefined;
}
