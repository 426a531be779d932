/**
 * The rules of a job file whose parties have different columns of the same persons.
 * @module
 */
import type { Document } from '../../data/document.ts';
import { suggestion } from '../../data/nearest.ts';
import { pooledFeatures, soundly, usedColumns, withParents } from '../../encoding/declaration.ts';
import { declaredIn } from '../../encoding/feature-schema.ts';
import { namesMeant } from './column-owners.ts';
import { columnsByEntry } from './feature-rules.ts';
import { fillable } from './pooled-fills.ts';
import { hasColumns, isSplitByColumns, type RowKind } from './row-counts.ts';
import { columnsOf, type Sound } from './schema.ts';

const KINDS: readonly RowKind[] = ['train', 'test', 'validation'];

/** Notes what does not fit between parties, columns, and what a job can do with columns that lie apart. */
export function checkColumns(document: Document, sound: Sound): void {
  const { parties, data, privacy, audit } = sound;
  if (parties === undefined) return;
  const [alignment, split] = [
    ['data', 'alignment'],
    ['data', 'heldOut'],
  ];
  if (!isSplitByColumns(parties)) {
    const whole = 'no party has features or label, so each has all columns of own rows';
    if (data?.alignment === 'same-order') document.report(alignment, `must not be same-order: ${whole}`);
    return;
  }
  if (data !== undefined) {
    if (data.alignment === undefined) {
      document.report(
        alignment,
        'is missing: parties have different columns of the same rows; name the keys that tell whose row a row is, or say same-order, where row i of every file is the same person',
      );
    }
    if (data.alignment === 'same-order') {
      checkSameCounts(document, parties);
      if (data.heldOut !== undefined)
        document.report(split, 'must be left out with same-order: give files of test rows');
    } else {
      checkFiles(document, parties, data.heldOut !== undefined);
      if (data.alignment?.find === 'pairs') {
        document.report([...alignment, 'find'], 'must be all where parties have different columns');
      }
    }
    checkOwners(document, parties, Object.keys(data.features), data);
  }
  if (privacy?.sampling === 'poisson') {
    const sample = 'a sample must be secret from other parties, and all owners of columns would have to know it';
    document.report(['privacy', 'sampling'], `must be full or public where parties have different columns: ${sample}`);
  }
  if (audit?.auditor !== undefined) {
    const own = 'an auditor attacks with records of its own, and no party has a whole one';
    document.report(['audit', 'auditor'], `must be left out where parties have different columns: ${own}`);
  }
}

type Parties = NonNullable<Sound['parties']>;

/** Every feature has one owner, and so has the label. */
function checkOwners(document: Document, parties: Parties, keys: readonly string[], data: NonNullable<Sound['data']>) {
  const owners = new Map<string, string>();
  parties.forEach(({ name: party, features = [] }, i) => {
    const path = ['parties', i, 'features'];
    for (const entry of features) {
      const names = ownedNames(entry, data);
      if (names.length === 0) {
        document.report(path, `has '${entry}', which is no feature of data.features${suggestion(entry, keys)}`);
      }
      for (const name of names) {
        const owner = owners.get(name);
        if (owner !== undefined && owner !== party) {
          document.report(path, `has '${name}', which ${owner} has too: a column has one owner`);
        }
        owners.set(name, owner ?? party);
      }
    }
  });
  checkWhole(document, owners, data.features);
  checkFilled(document, owners, data.features);
  const missing = columnsOf(data.features).flatMap(({ name }) => (owners.has(name) ? [] : [`'${name}'`]));
  if (missing.length > 0) {
    const more = missing.length > NAMED ? ` and ${missing.length - NAMED} more` : '';
    document.report(
      ['parties'],
      `leave ${missing.slice(0, NAMED).join(', ')}${more} without an owner: name it under features`,
    );
  }
  const labels = parties.flatMap(({ name, label }) => (label === true ? [name] : []));
  if (labels.length === 1) return;
  const found = labels.length === 0 ? 'no party has it' : `${labels.join(' and ')} have it`;
  document.report(['parties'], `must have label: true at one party, the owner of '${data.label}': ${found}`);
}

/** A feature is read and computed at one place, so all its columns have one owner, and so has what it is made of. */
function checkWhole(
  document: Document,
  owners: ReadonlyMap<string, string>,
  features: NonNullable<Sound['data']>['features'],
): void {
  for (const each of soundly(declaredIn(features))) {
    const columns = withParents(each).flatMap(usedColumns);
    const found = new Set(columns.flatMap(({ name }) => owners.get(name) ?? []));
    if (found.size < 2) continue;
    const says = `has columns at ${[...found].join(' and ')}: a feature and all that it is made of have one owner`;
    document.report(['data', 'features', each.name], says);
  }
}

/** A fill is of the values that one party has, also where that column is there for derived features alone. */
function checkFilled(
  document: Document,
  owners: ReadonlyMap<string, string>,
  features: NonNullable<Sound['data']>['features'],
): void {
  const sound = fillable(features);
  for (const { name, fill } of pooledFeatures(sound)) {
    const columns = sound.filter((each) => withParents(each).some((other) => other.name === name)).flatMap(usedColumns);
    const found = new Set(columns.flatMap((column) => owners.get(column.name) ?? []));
    if (found.size < 2) continue;
    const says = `must not be ${fill} where columns at ${[...found].join(' and ')} are made of it: they would fill alike what they have each for itself`;
    document.report(['data', 'features', name, 'missing'], says);
  }
}

/** Missing columns that are named one by one. */
const NAMED = 5;

/** The columns that an entry of a party's `features` means: all of the feature that it names, or else those that it fits by their own names or by a key. */
export function ownedNames(entry: string, { features }: Pick<NonNullable<Sound['data']>, 'features'>): string[] {
  const named = Object.hasOwn(features, entry) ? (columnsByEntry(features).get(entry) ?? []) : [];
  if (named.length > 0) return named;
  const byColumn = namesMeant(
    entry,
    columnsOf(features).map(({ name }) => name),
  );
  if (byColumn.length > 0) return byColumn;
  const columns = columnsByEntry(features);
  return namesMeant(entry, [...columns.keys()]).flatMap((key) => columns.get(key) ?? []);
}

/** Only whoever has columns has rows. */
function checkNoOthers(document: Document, parties: Parties): void {
  parties.forEach((party, i) => {
    for (const kind of hasColumns(party) ? [] : KINDS) {
      if (party[kind] === 0) continue;
      document.report(['parties', i, kind], `is ${party[kind]}, but ${party.name} has neither features nor label`);
    }
  });
}

/** Files in the same order have the same rows. */
function checkSameCounts(document: Document, parties: Parties): void {
  checkNoOthers(document, parties);
  for (const kind of KINDS) {
    const most = Math.max(...parties.map((party) => party[kind]));
    parties.forEach((party, i) => {
      if (!hasColumns(party) || party[kind] === most) return;
      const same = 'files in the same order have the same rows';
      document.report(['parties', i, kind], `is ${party[kind]} where another party has ${most}: ${same}`);
    });
  }
}

/** Files whose rows are aligned have any number of rows; where these are split afterwards, all are in the first file. */
function checkFiles(document: Document, parties: Parties, isSplit: boolean): void {
  checkNoOthers(document, parties);
  const owners = parties.filter(hasColumns);
  if (owners.length < 2) document.report(['parties'], 'must be two at least that have columns to align');
  for (const kind of KINDS) {
    const isAnywhere = owners.some((party) => party[kind] > 0);
    parties.forEach((party, i) => {
      if (!hasColumns(party)) return;
      const path = ['parties', i, kind];
      if (isSplit && kind !== 'train' && party[kind] > 0) {
        document.report(path, 'must be 0 with data.heldOut, which takes these rows from those of train');
      } else if (!isSplit && isAnywhere && party[kind] === 0) {
        document.report(path, 'must not be 0 where another party has such rows');
      }
    });
  }
}
