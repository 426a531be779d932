/**
 * The rules between the features of a job file: what they are made of, and the names of the columns that they give.
 * @module
 */
import type { Document } from '../../data/document.ts';
import { placed, soundly, usedColumns } from '../../encoding/declaration.ts';
import { MOST_COLUMNS } from '../../encoding/feature-kind.ts';
import { declaredIn } from '../../encoding/feature-schema.ts';
import type { Declared } from '../../encoding/kinds/index.ts';
import type { WrittenJob } from './schema.ts';

/** What is wrong with single features, what they are made of, and the names of their columns. */
export function checkFeatures(document: Document, features: WrittenJob['data']['features'], label: string): void {
  const entries = new Map<string, string>();
  const declared = Object.entries(features).flatMap(([entry, written]) => {
    const all = declaredIn({ [entry]: written });
    for (const { name } of all) entries.set(name, entry);
    return all.map((feature) => ({ entry, feature }));
  });
  const entryOf = new Map(declared.map(({ entry, feature }) => [feature, entry]));
  const path = (entry: string) => ['data', 'features', entry];
  const sound = placed(
    declared.map(({ feature }) => feature),
    ({ name, key, says }) =>
      document.report([...path(entries.get(name) ?? name), ...(key === undefined ? [] : [key])], says),
  );
  const first = new Map<string, string>();
  for (const each of sound) {
    const entry = entryOf.get(each.feature) ?? each.name;
    for (const name of new Set([each.name, ...usedColumns(each).map(({ name }) => name)])) {
      if (name === label)
        document.report(path(entry), name === entry ? 'must not be the label' : `has the label '${name}'`);
      if (first.has(name)) document.report(path(entry), `has the column '${name}', which ${first.get(name)} has too`);
      first.set(name, entry);
    }
  }
  const columns = sound.reduce((sum, each) => sum + usedColumns(each).length, 0);
  if (columns === 0 && sound.length === declared.length)
    document.report(['data', 'features'], 'must use at least one feature');
  if (columns > MOST_COLUMNS)
    document.report(['data', 'features'], `must give at most ${MOST_COLUMNS} columns, not ${columns}`);
}

/** The columns of each entry of `data.features`, by its key, so far as they are sound. */
export function columnsByEntry(features: WrittenJob['data']['features']): Map<string, string[]> {
  const entryOf = new Map<Declared, string>();
  const declared = Object.entries(features).flatMap(([entry, written]) => {
    const all = declaredIn({ [entry]: written });
    for (const feature of all) entryOf.set(feature, entry);
    return all;
  });
  const columns = new Map<string, string[]>();
  for (const each of soundly(declared)) {
    const entry = entryOf.get(each.feature) ?? each.name;
    columns.set(entry, [...(columns.get(entry) ?? []), ...usedColumns(each).map(({ name }) => name)]);
  }
  return columns;
}
