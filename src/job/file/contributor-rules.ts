/**
 * The rules of a job file with owners of records that run no node.
 *
 * They give their records once, before the run. So nothing that they enter may depend on a number that the run opens, or be drawn anew in each step.
 * @module
 */
import type { Document } from '../../data/document.ts';
import { DEALER } from '../../trust/modes.ts';
import { isSplitByColumns } from './row-counts.ts';
import type { Sound } from './schema.ts';

const KINDS = ['train', 'test', 'validation'] as const;

/** Notes what does not fit between contributors and the rest of a job. */
export function checkContributors(document: Document, sound: Sound): void {
  const { contributors, parties = [], data, training, privacy } = sound;
  if (contributors === undefined) return;
  const names = [...parties, ...contributors].map(({ name }) => name);
  contributors.forEach((contributor, i) => {
    const { name } = contributor;
    const path = ['contributors', i];
    if (name === DEALER) document.report([...path, 'name'], `must not be '${DEALER}', which is reserved`);
    if (names.indexOf(name) < parties.length + i) document.report([...path, 'name'], `must not be '${name}' again`);
    if (KINDS.every((kind) => contributor[kind] === 0)) {
      document.report(path, 'must have rows: training, test or validation rows');
    }
    const isUnused = training !== undefined && training.earlyStopping === undefined && data?.heldOut === undefined;
    if (contributor.validation > 0 && isUnused) {
      document.report([...path, 'validation'], 'must be left out without training.earlyStopping');
    }
  });
  const path = ['contributors'];
  if (isSplitByColumns(parties)) {
    document.report(
      path,
      'must be left out where parties have different columns of the same persons: a contributor has whole rows',
    );
  }
  if (data?.standardise === 'moments') {
    const why = 'contributors give their rows before the pooled moments are known';
    document.report(['data', 'standardise'], `must be range or range-to-unit with contributors: ${why}`);
  }
  if (training?.classWeights === 'balanced') {
    const why = 'contributors give their rows before the classes are counted';
    document.report(['training', 'classWeights'], `must be a weight for each class with contributors: ${why}`);
  }
  if (privacy?.sampling === 'poisson') {
    const why = 'each owner draws its rows in secret in every step, and a contributor is not there';
    document.report(['privacy', 'sampling'], `must be full or public with contributors: ${why}`);
  }
}
