/**
 * The rules of a job file with folds: what does not go with them, and who may learn what. Without folds somebody has to learn the model.
 * @module
 */
import { type Document, isMapping, type Path } from '../../data/document.ts';
import { fewestTrained } from '../../plan/folds.ts';
import { totalsOf } from './row-counts.ts';
import type { Sound } from './schema.ts';

type Counted = Pick<Sound, 'contributors' | 'data' | 'training'> & { readonly parties: NonNullable<Sound['parties']> };

/** The rows that every training has at least, and whose they are. */
export function trainedRowsOf({ parties, contributors, data, training }: Counted): { trained: number; whose: string } {
  const rows = totalsOf({ parties, contributors, data }).train;
  const count = training?.folds;
  if (count === undefined || count > rows) return { trained: rows, whose: 'of all owners' };
  return { trained: fewestTrained(rows, { count }), whose: 'of all owners outside the largest fold' };
}

/** The rows that metrics are over: with folds every training row once. */
export function testRowsOf({ parties, contributors, data, training }: Counted): number {
  const { train, test } = totalsOf({ parties, contributors, data });
  return training?.folds === undefined ? test : train;
}

/** Notes everything that a job with folds can not have. */
export function checkFolds(document: Document, sound: Sound): void {
  const { training, reveal } = sound;
  checkLearners(document);
  if (training === undefined) return;
  if (training.folds === undefined) {
    if ((reveal?.folds ?? []).length > 0) {
      document.report(['reveal', 'folds'], 'must be left out without training.folds');
    }
    return;
  }
  checkRows(document, sound, training.folds);
  checkOthers(document, sound);
}

/** Looks at what is written, so that it is told beside other problems of the same sections. */
function checkLearners(document: Document): void {
  const { raw } = document;
  if (!isMapping(raw) || !isMapping(raw.reveal) || (isMapping(raw.training) && raw.training.folds !== undefined))
    return;
  const { model = [] } = raw.reveal;
  if (!Array.isArray(model) || model.length > 0) return;
  const unless = 'somebody has to learn the model, unless training.folds asks for cross-validation';
  document.report(['reveal', 'model'], `must name at least one party: ${unless}`);
}

function checkRows(document: Document, { parties, contributors, data }: Sound, folds: number): void {
  if (parties === undefined) return;
  const { train, test } = totalsOf({ parties, contributors, data });
  if (folds > train) {
    document.report(['training', 'folds'], `must be at most ${train}, the number of training rows of all owners`);
  }
  if (test === 0) return;
  const instead = 'must be 0 with training.folds, which holds every training row out once: make these training rows';
  if (data?.heldOut !== undefined) {
    document.report(['data', 'heldOut', 'test'], instead);
    return;
  }
  for (const [key, owners] of Object.entries({ parties, contributors })) {
    owners?.forEach(({ test: rows }, i) => {
      if (rows > 0) document.report([key, i, 'test'], instead);
    });
  }
}

/** What would be opened once a fold, or of a model that nobody gets. */
function checkOthers(document: Document, { training, reveal, privacy, audit }: Sound): void {
  const must = (path: Path, what: string) => document.report(path, `must be ${what}`);
  if (privacy !== undefined) {
    must(
      ['privacy'],
      'left out with training.folds: every record takes part in the trainings of all folds but one, and the accountant counts one training',
    );
  }
  if (audit !== undefined) must(['audit'], 'left out with training.folds, which releases no model');
  if (training?.earlyStopping !== undefined) {
    must(
      ['training', 'earlyStopping'],
      'left out with training.folds: it opens a number after each epoch of each fold; take training.epochs as they come out in a job without folds',
    );
  }
  if (reveal === undefined) return;
  if (reveal.trainingLoss.length > 0) {
    must(['reveal', 'trainingLoss'], 'empty with training.folds: it would be opened after each epoch of each fold');
  }
  if (reveal.model.length > 0) {
    must(
      ['reveal', 'model'],
      'empty with training.folds, which trains a model for each fold and releases none: train on all rows in the same job without folds',
    );
  }
  const learners = new Set(Object.values(reveal.metrics).flat());
  if (learners.size === 0) {
    must(['reveal', 'metrics'], 'somebody’s with training.folds: name a metric with the parties that learn it');
  }
  for (const name of reveal.folds) {
    if (!learners.has(name)) {
      must(['reveal', 'folds'], `parties that reveal.metrics names: ${name} would learn no metric of a fold`);
    }
  }
}
