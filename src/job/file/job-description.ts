/**
 * What a job file says, as an object of a program. The reference of the job file explains each key.
 * @module
 */
import type { z } from 'zod';
import type { Duplicates, MissingKeys } from '../../alignment/identifiers/key.ts';
import type { Ignorable } from '../../alignment/identifiers/text-key.ts';
import type { Find } from '../../alignment/quote.ts';
import type { Class } from '../../data/records.ts';
import type { Fill } from '../../encoding/missing.ts';
import type { ShortForm } from '../../graph/layers/short-form.ts';
import type { Optimiser } from '../../graph/optimisers/index.ts';
import type { TrustMode } from '../../plan/plan.ts';
import type { LearningRate } from '../../plan/training/learning-rate.ts';
import type {
  ClassWeights,
  Contributor,
  JobModel,
  Privacy,
  ReleaseAudit,
  Reveal,
  RowKind,
  RowWeight,
  Standardise,
} from './job.ts';
import type { jobSchema } from './schema.ts';

/** The keys that have defaults may be left out. */
type Partly<T, Defaults extends keyof T> = Omit<T, Defaults> & { readonly [K in Defaults]?: T[K] | undefined };

type Range = readonly [low: number, high: number];

/** What becomes of a cell without a value: a constant or a pooled fill, with a column that says where it was missing if asked for; or the row does not count. */
type MissingDescription =
  | Exclude<Fill, 'constant'>
  | { readonly fill: Exclude<Fill, 'constant'>; readonly indicator?: boolean | undefined }
  | { readonly constant: string | number; readonly indicator?: boolean | undefined };

interface ReadDescription {
  readonly missing?: MissingDescription | undefined;
  /** False: for derived features alone. */
  readonly use?: boolean | undefined;
}
interface DerivedDescription {
  readonly use?: boolean | undefined;
}

/** A column by its range, or `count` columns alike, named NAME_0, NAME_1, …; a category, a date, and what is made of other features. */
export type FeatureDescription =
  | Range
  | (ReadDescription & {
      readonly range: Range;
      readonly unit?: string | undefined;
      readonly units?: Readonly<Record<string, number | Range>> | undefined;
      readonly count?: number | undefined;
    })
  | (ReadDescription & { readonly category: readonly Class[]; readonly reference?: Class | undefined })
  | (ReadDescription & { readonly yesNo: true })
  | (ReadDescription & { readonly date: readonly [first: string, last: string]; readonly origin?: string | undefined })
  | (DerivedDescription & { readonly log: string; readonly plus?: number | undefined })
  | (DerivedDescription & { readonly difference: readonly [string, string] })
  | (DerivedDescription & { readonly interaction: readonly [string, string] })
  | (DerivedDescription & { readonly spline: string; readonly knots: readonly number[] });

export interface PartyDescription {
  readonly name: string;
  readonly train: number;
  readonly test: number;
  readonly validation?: number | undefined;
  /** Its columns, where parties have different columns of the same rows: names, or patterns such as `mean_*`. */
  readonly features?: string | readonly string[] | undefined;
  /** True: it has the label, where parties have different columns. */
  readonly label?: true | undefined;
}

export interface LogisticDescription extends Pick<JobModel, 'threshold'> {
  readonly type: 'logistic';
}

interface EndsDescription extends Pick<JobModel, 'output' | 'threshold'> {
  readonly type?: 'mlp' | undefined;
  readonly initial?: JobModel['initial'] | undefined;
}

/** Dense layers of these widths, each with the same activation behind it. */
export interface ShortDescription extends EndsDescription {
  readonly hidden: readonly number[];
  readonly activation?: ShortForm['activation'] | undefined;
}

/** Layers of any kind, each as a mapping with one key: `{ dense: 64 }`, `{ conv2d: { filters: 8, kernel: 5 } }`. */
export interface LayeredDescription extends EndsDescription {
  /** Height, width and channels of a record. Left out: a record is a list of its features. */
  readonly input?: readonly [height: number, width: number, channels: number] | undefined;
  readonly layers: readonly Readonly<Record<string, unknown>>[];
}

export interface AlignmentDescription {
  readonly keys: Readonly<
    Record<
      string,
      { readonly ignore?: readonly Ignorable[] | undefined; readonly dates?: readonly string[] | undefined }
    >
  >;
  readonly duplicates?: Duplicates | undefined;
  readonly missing?: MissingKeys | undefined;
  readonly find?: Find | undefined;
  readonly keepers?: readonly string[] | undefined;
}

/** Parts of the rows of each party, or of those that all have, where their columns lie apart. A party that splits its own rows needs a seed. */
export interface HeldOutDescription {
  readonly test?: number | undefined;
  readonly validation?: number | undefined;
  readonly stratified?: boolean | undefined;
  readonly seed?: number | undefined;
}

export interface JobDescription {
  /** Version of the format. */
  readonly trefoil: 1;
  readonly name: string;
  readonly trust: TrustMode;
  readonly parties: readonly [PartyDescription, PartyDescription, PartyDescription];
  /** Institutions that run no node, and give their records as sealed shares. */
  readonly contributors?: readonly Partly<Contributor, RowKind>[] | undefined;
  readonly data: {
    readonly label: string;
    readonly classes?: readonly Class[] | undefined;
    readonly target?: Range | undefined;
    readonly weight?: RowWeight | undefined;
    readonly features: Readonly<Record<string, FeatureDescription>>;
    readonly standardise: Standardise;
    readonly clip?: number | undefined;
    readonly alignment?: 'same-order' | AlignmentDescription | undefined;
    readonly heldOut?: HeldOutDescription | undefined;
    readonly leastRows?: number | undefined;
  };
  readonly model: LogisticDescription | ShortDescription | LayeredDescription;
  readonly training: {
    readonly epochs: number;
    readonly batch: number;
    readonly learningRate: number | LearningRate;
    readonly l2?: number | undefined;
    readonly optimiser?: Optimiser['type'] | ({ readonly type: Optimiser['type'] } & Readonly<Record<string, unknown>>);
    readonly clipGradient?: number | undefined;
    readonly earlyStopping?: { readonly metric: 'logLoss' | 'accuracy'; readonly patience: number } | undefined;
    readonly classWeights?: ClassWeights | undefined;
    readonly folds?: number | undefined;
  };
  readonly numbers?: { readonly fractionalBits?: number | undefined; readonly dataBits?: number | undefined };
  readonly privacy?: Partly<Privacy, 'person' | 'neighbours'> | undefined;
  readonly audit?: ReleaseAudit | undefined;
  /** Everything that leaves the computation, and the parties that learn it. What is not named is not opened. */
  readonly reveal: Partial<Omit<Reveal, 'metrics'>> & { readonly metrics?: Partial<Reveal['metrics']> };
}

/** Every description has the form that the schema asks for. */
type Mutable<T> = T extends object ? { -readonly [K in keyof T]: Mutable<T[K]> } : T;
export const IS_SOUND: Mutable<JobDescription> extends z.input<typeof jobSchema> ? true : false = true;
