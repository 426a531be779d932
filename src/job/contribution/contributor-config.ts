/**
 * What an institution that runs no node says of itself and its records.
 * @module
 */
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { Document, mapping, mustBe, text, throwProblems } from '../../data/document.ts';
import { suggestion } from '../../data/nearest.ts';
import { readText } from '../../data/read-text.ts';
import { invariant } from '../../errors.ts';
import type { Job, NodeConfig } from '../file/job.ts';
import { dataSchema, filesOfJob, tableIn, withPaths } from '../node/data-files.ts';
import { dataProblems } from '../node/node-config.ts';
import { completePrivacy, privacySchema } from '../node/privacy-config.ts';

const path = (what: string) => text(`the path of ${what}`);

/** A contributor's configuration as it is written. */
export const contributorSchema = mapping({
  contributor: text('one of the job’s contributors'),
  identity: path('the identity, without .key or .crt'),
  nodes: z
    .record(z.string(), path('the node’s .seal.pub'), mustBe('a mapping from nodes to their .seal.pub'))
    .default({}),
  data: dataSchema,
  output: path('the file that the contribution is written to').optional(),
  privacy: privacySchema.optional(),
});

/** The configuration of a contributor, for `contribute`, as an object: the keys of the file. */
export type ContributorDescription = z.input<typeof contributorSchema>;

/** All paths are absolute. */
export interface ContributorConfig extends Pick<NodeConfig, 'data' | 'table' | 'dataSet' | 'privacy'> {
  readonly file: string;
  readonly contributor: string;
  /** Without .key or .crt. */
  readonly identity: string;
  /** The files of the evaluators' public keys. */
  readonly nodes: Readonly<Record<string, string>>;
  readonly output: string;
}

/**
 * The configuration at `file` or in an object, with the data of the job of that name; paths of a file are resolved against its folder. Throws
 * `TREFOIL_CONFIG` with every problem.
 */
export function loadContributorConfig(from: string | ContributorDescription, job: string): ContributorConfig {
  const [file, folder] = typeof from === 'string' ? [from, dirname(from)] : [`of ${from.contributor}`, '.'];
  const document = new Document(
    typeof from === 'string' ? readText('TREFOIL_CONFIG', 'contributor’s configuration', from) : from,
  );
  const parsed = document.read(contributorSchema);
  const hasLimit = parsed?.privacy?.limit !== undefined;
  const files = parsed === undefined ? {} : filesOfJob(parsed.data, hasLimit, () => job, document);
  document.throwProblems('TREFOIL_CONFIG', `the contributor’s configuration ${file}`);
  invariant(parsed !== undefined, 'a configuration without problems is parsed');
  const inFolder = (relative: string) => resolve(folder, relative);
  const { contributor, identity, nodes, output = `${contributor}-${job}.contribution`, privacy } = parsed;
  const table = tableIn(files);
  return {
    file,
    contributor,
    identity: inFolder(identity),
    nodes: Object.fromEntries(Object.entries(nodes).map(([node, key]) => [node, inFolder(key)])),
    data: withPaths(files, inFolder),
    ...(table === undefined ? {} : { table }),
    ...(files.dataSet === undefined ? {} : { dataSet: files.dataSet }),
    output: inFolder(output),
    privacy: completePrivacy(privacy, { node: contributor, identity }, inFolder),
  };
}

/** Whether a document is the configuration of a contributor, and whose. */
export function identityOfContributor(file: string): { readonly name: string; readonly identity: string } | undefined {
  const { raw } = new Document(readText('TREFOIL_CONFIG', 'node configuration', file));
  if (typeof raw !== 'object' || raw === null || !('contributor' in raw)) return undefined;
  const document = new Document(raw);
  const parsed = document.read(contributorSchema.pick({ contributor: true, identity: true }).loose());
  document.throwProblems('TREFOIL_CONFIG', `the contributor’s configuration ${file}`);
  invariant(parsed !== undefined, 'a configuration without problems is parsed');
  return { name: parsed.contributor, identity: resolve(dirname(file), parsed.identity) };
}

/** Throws `TREFOIL_CONFIG` with every point in which the records of a contributor are not those that the job wants. */
export function checkContributorData(config: ContributorConfig, job: Job): void {
  const { contributor, file, data, table } = config;
  const names = (job.contributors ?? []).map(({ name }) => name);
  const problems = names.includes(contributor)
    ? dataProblems({ data, ...(table === undefined ? {} : { table }) }, contributor, job)
    : [
        `contributor names '${contributor}', which is not among the job’s contributors${suggestion(contributor, names)}`,
      ];
  throwProblems('TREFOIL_CONFIG', `the contributor’s configuration ${file}`, problems);
}

/** The same, and the keys of the evaluators, which it needs to seal for. */
export function checkContributorConfig(config: ContributorConfig, job: Job, evaluators: readonly string[]): void {
  checkContributorData(config, job);
  const { file, nodes } = config;
  const known = job.parties.map(({ name }) => name);
  const problems = [
    ...evaluators
      .filter((node) => !Object.hasOwn(nodes, node))
      .map((node) => `nodes.${node} is missing: the path of the .seal.pub of ${node}, for whom a share is sealed`),
    ...Object.keys(nodes)
      .filter((node) => !known.includes(node))
      .map((node) => `nodes names '${node}', which is no party of the job${suggestion(node, known)}`),
  ];
  throwProblems('TREFOIL_CONFIG', `the contributor’s configuration ${file}`, problems);
}
