/**
 * What two nodes must have in common, and by which keys they differ where they have not.
 * @module
 */
import { TrefoilError } from '../errors.ts';
import { plain } from './faults.ts';

/** Values by key: JSON, a plain text, or the SHA-256 in hex of a value that is too long to travel. */
export type Items = Readonly<Record<string, string>>;

export interface Agreement {
  readonly items: Items;
  /** What stands behind the digest of a key: further keys. By default nothing is known. */
  readonly expand?: (key: string) => Items;
  /** Keys that some nodes hear from others: they are not compared with a node that says nothing of them. */
  readonly told?: readonly string[];
  /** What to say where nothing but these keys differs: they follow from the others. */
  readonly follows?: Readonly<Record<string, string>>;
}

/** The key whose difference explains all others. */
export const PROTOCOL = 'protocol version';

const DIGEST = /^[0-9a-f]{64}$/;
/** Differences that are shown, and digests that are expanded at once. */
const MOST_SHOWN = 20;
const MOST_EXPANDED = 10;
/** How often digests are expanded: mappings within mappings, and groups of their keys. */
const MOST_LEVELS = 8;
/** Characters of a value that are looked into, and that are shown. */
const MOST_READ = 2000;
const MOST_TOLD = 200;

const inOrder = (keys: Iterable<string>) => [...new Set(keys)].sort();

/**
 * Compares this node's agreement with a peer's, level by level. Both ends take the same steps, since both know both sides of what was compared: each
 * sends `next()`, and hands `accept` what the other end sent.
 */
export class Comparison {
  /** Top-level keys that differ. */
  readonly keys: readonly string[];
  readonly #peer: string;
  readonly #agreement: Agreement;
  readonly #differences: string[] = [];
  /** Keys whose digests differ. */
  #open: readonly string[] = [];
  #sent: Items = {};
  #level = 0;

  constructor(peer: string, agreement: Agreement, theirs: Items) {
    this.#peer = peer;
    this.#agreement = agreement;
    const [here, there] = [agreement.items, theirs].map(({ [PROTOCOL]: version }) => ({ [PROTOCOL]: version ?? '' }));
    const ofVersion = this.#compare(here, there);
    this.keys = ofVersion.length > 0 ? ofVersion : this.#compare(agreement.items, theirs);
  }

  get isEqual(): boolean {
    return this.keys.length === 0;
  }

  /** Whether the peer is to send what stands behind its digests. */
  get isOpen(): boolean {
    return this.#open.length > 0;
  }

  /** What stands behind this node's digests. */
  next(): Items {
    const expand = this.#agreement.expand ?? (() => ({}));
    const parts = this.#open.map((key) => [key, expand(key)] as const);
    this.#settle(parts.filter(([, part]) => Object.keys(part).length === 0).map(([key]) => key));
    this.#sent = Object.assign({}, ...parts.map(([, part]) => part));
    return this.#sent;
  }

  accept(theirs: Items): void {
    this.#level += 1;
    this.#compare(this.#sent, theirs);
    if (this.#level === MOST_LEVELS) this.#settleAll();
  }

  /** All differences that are known by now. */
  error(): TrefoilError {
    this.#settleAll();
    const { follows = {} } = this.#agreement;
    const [following, own] = [true, false].map((is) => this.keys.filter((key) => Object.hasOwn(follows, key) === is));
    const stated = following.map((key) => follows[key]);
    // A peer that expands otherwise may leave nothing to name but the top.
    const unnamed = stated.length > 0 ? stated : this.keys.map((key) => this.#unlike(key));
    const all = this.#differences.length > 0 ? this.#differences : unnamed;
    const rest = all.length - MOST_SHOWN;
    const problems = rest > 0 ? [...all.slice(0, MOST_SHOWN), `and ${rest} more`] : all;
    const peer = this.#peer;
    return new TrefoilError(
      'TREFOIL_DISAGREEMENT',
      `${peer} is set up for another run; make these equal on both nodes:`,
      { problems, place: { party: peer }, facts: { keys: own.length > 0 ? own : following } },
    );
  }

  #compare(mine: Items, theirs: Items): string[] {
    const [here, there] = [mine, theirs].map((items) => new Map(Object.entries(items)));
    const { told = [] } = this.#agreement;
    const isHeard = (key: string) => told.includes(key) && !(here.has(key) && there.has(key));
    const keys = inOrder([...here.keys(), ...there.keys()]).filter(
      (key) => here.get(key) !== there.get(key) && !isHeard(key),
    );
    const isOpen = (key: string) => DIGEST.test(here.get(key) ?? '') && DIGEST.test(there.get(key) ?? '');
    const { follows = {} } = this.#agreement;
    const own = keys.filter((key) => !Object.hasOwn(follows, key));
    for (const key of own.filter((key) => !isOpen(key))) {
      const found = differences(key, here.get(key), there.get(key), this.#peer);
      this.#differences.push(...(found.length > 0 ? found : [this.#unlike(key)]));
    }
    const open = own.filter(isOpen);
    this.#open = open.slice(0, MOST_EXPANDED);
    this.#settle(open.slice(MOST_EXPANDED));
    return keys;
  }

  #settleAll(): void {
    this.#settle(this.#open);
    this.#open = [];
  }

  #settle(keys: readonly string[]): void {
    this.#differences.push(...keys.map((key) => this.#unlike(key)));
  }

  #unlike(key: string): string {
    return `${plain(key, MOST_TOLD)}: not the same here and at ${this.#peer}`;
  }
}

/** `training.epochs: 20 here, 30 at east`, for everything that differs in two values. */
function differences(label: string, here: string | undefined, there: string | undefined, peer: string): string[] {
  return within(label, parsed(here), parsed(there)).map(
    ([key, mine, theirs]) => `${plain(key, MOST_TOLD)}: ${shown(mine)} here, ${shown(theirs)} at ${peer}`,
  );
}

type Difference = readonly [key: string, here: unknown, there: unknown];

function within(label: string, here: unknown, there: unknown): Difference[] {
  if (!isComposite(here) || !isComposite(there) || Array.isArray(here) !== Array.isArray(there)) {
    return JSON.stringify(here) === JSON.stringify(there) ? [] : [[label, here, there]];
  }
  const isList = Array.isArray(here);
  // Short lists are read as one value: a range, the recipients of an output.
  if (isList && [here, there].every((list) => !Object.values(list).some(isComposite))) {
    return JSON.stringify(here) === JSON.stringify(there) ? [] : [[label, here, there]];
  }
  const part = (of: object, key: string): unknown => new Map(Object.entries(of)).get(key);
  return inOrder([...Object.keys(here), ...Object.keys(there)]).flatMap((key) =>
    within(isList ? `${label}[${key}]` : `${label}.${key}`, part(here, key), part(there, key)),
  );
}

const isComposite = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** A value of a peer may be no JSON, or too deep for the parser. */
function parsed(text: string | undefined): unknown {
  if (text === undefined || text.length > MOST_READ) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value !== 'string') return plain(JSON.stringify(value), MOST_TOLD);
  return DIGEST.test(value) ? 'a longer value' : `'${plain(value, MOST_TOLD)}'`;
}
