/**
 * What all nodes of a run must have in common, by the job's own keys, so that a difference can be named by its key with both values.
 *
 * A section of the job travels as it is where it is short, and as its digest where it is long. Where digests differ, both nodes expand that key to the
 * keys within, and compare again. A mapping of many keys expands to groups of them by hash, so that a key more on one side moves no other.
 * @module
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { writtenFeatures } from '../../encoding/feature-schema.ts';
import type { Agreement } from '../../transport/agreement-check.ts';
import { programVersion } from '../../version.ts';
import { canonicalJson, digest } from './digest.ts';
import type { Job } from './job.ts';
import { withWrittenModel } from './written-model.ts';

/** Characters of a value that travels as it is. */
const SHORT = 400;
/** Keys or elements that one key expands to at most. */
const GROUPS = 64;

/** Of this job, with the digest of its plan. */
export function agreementOf(job: Job, plan: string): Agreement {
  const { data, training, ...sections } = withWrittenModel(job);
  const { features, schema, ...rest } = data;
  const tree = new Tree();
  return {
    items: {
      ...tree.enter('', {
        ...sections,
        training: { ...training, learningRate: rateOf(training.learningRate) },
        data: { ...rest, features: schema === undefined ? columnsOf(features) : writtenFeatures(schema) },
      }),
      'order of data.features': digest((schema ?? features).map(({ name }) => name)),
      'version of Trefoil': programVersion(),
      plan,
    },
    expand: (key) => tree.expand(key),
    follows: {
      plan: 'plan: not the same, although job and version are; install the same build of Trefoil on all nodes',
    },
  };
}

/**
 * The same with the digests of contributions, which the evaluators must have in common. A node that has none, as a dealer, says nothing of them and
 * compares none.
 */
export function withContributions(
  agreement: Agreement,
  { contributors = [] }: Pick<Job, 'contributors'>,
  digests: Readonly<Record<string, string>> = {},
): Agreement {
  if (contributors.length === 0) return agreement;
  const keyOf = (name: string) => `contribution of ${name}`;
  return {
    ...agreement,
    items: {
      ...agreement.items,
      ...Object.fromEntries(Object.entries(digests).map(([name, digest]) => [keyOf(name), digest])),
    },
    told: [...(agreement.told ?? []), ...contributors.map(({ name }) => keyOf(name))],
  };
}

/** As the job file mostly has it: a number where the rate stays the same. */
const rateOf = (rate: Job['training']['learningRate']) => (rate.schedule === 'constant' ? rate.initial : rate);

/** All that is declared of each column, by its name, in the form of a job file: its range alone, or a mapping where there is more. */
function columnsOf(features: Job['data']['features']): Record<string, unknown> {
  return Object.fromEntries(
    features.map(({ name, low, high, ...more }) => {
      const range = [low, high];
      return [name, Object.keys(more).length === 0 ? range : { range, ...more }];
    }),
  );
}

/** Keys of one mapping whose names have hashes that begin alike. */
class Group {
  readonly path: string;
  readonly members: Readonly<Record<string, unknown>>;
  /** The first bytes of the hashes, each modulo `GROUPS`. */
  readonly hash: readonly number[];

  constructor(path: string, members: Readonly<Record<string, unknown>>, hash: readonly number[]) {
    this.path = path;
    this.members = members;
    this.hash = hash;
  }
}

/** Values by the keys under which they were compared. */
class Tree {
  readonly #values = new Map<string, unknown>();

  /** The values of a mapping or a list as they travel; each can be expanded from now on. `hash`: what those of the names begin with. */
  enter(path: string, value: object, hash: readonly number[] = []): Record<string, string> {
    const entries = Object.entries(value);
    const label = (key: string) => (Array.isArray(value) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`);
    if (entries.length <= GROUPS) return Object.fromEntries(entries.map(([key, part]) => this.#item(label(key), part)));
    const groups = Array.from({ length: GROUPS }, (): [string, unknown][] => []);
    for (const entry of entries) groups[sha256(utf8ToBytes(entry[0]))[hash.length] % GROUPS].push(entry);
    return Object.fromEntries(
      groups.flatMap((members, group) => {
        const begins = [...hash, group];
        const item = () => this.#item(`${path} (${begins})`, new Group(path, Object.fromEntries(members), begins));
        return members.length === 0 ? [] : [item()];
      }),
    );
  }

  expand(key: string): Record<string, string> {
    const value = this.#values.get(key);
    if (value instanceof Group) return this.enter(value.path, value.members, value.hash);
    return typeof value === 'object' && value !== null ? this.enter(key, value) : {};
  }

  #item(key: string, value: unknown): [key: string, text: string] {
    this.#values.set(key, value);
    if (value instanceof Group) return [key, digest(value.members)];
    const text = canonicalJson(value);
    return [key, text.length <= SHORT ? text : digest(value)];
  }
}
