/**
 * No opened number is over few rows: `data.leastRows`, in all and of each owner that has any.
 *
 * A number over three rows tells nearly each of them, and a sum over two parties tells each the part of the other.
 * @module
 */
import type { Document, Path } from '../../data/document.ts';
import type { RowKind } from './job.ts';
import { isSplitByColumns, totalsOf } from './row-counts.ts';
import type { Sound } from './schema.ts';

/** What of a job opens numbers over rows of a kind, in the keys of the job. */
function openedOver({ training, reveal, audit, privacy }: Sound): Record<RowKind, readonly string[]> {
  const fills = (reveal?.fills ?? []).length > 0 ? ['reveal.fills'] : [];
  const moments = (reveal?.moments ?? []).length > 0 ? ['reveal.moments'] : [];
  const counts = (reveal?.classCounts ?? []).length > 0 ? ['reveal.classCounts'] : [];
  const metrics = Object.entries(reveal?.metrics ?? {}).flatMap(([metric, recipients]) =>
    recipients.length > 0 ? [`reveal.metrics.${metric}`] : [],
  );
  const folds = training?.folds !== undefined;
  const model = folds ? [] : ['reveal.model'];
  const gate = audit !== undefined && audit.auditor === undefined && privacy === undefined ? ['audit'] : [];
  return {
    // With folds every training row is a test row once.
    train: [...fills, ...moments, ...counts, ...(folds ? metrics : []), ...model],
    test: [...(folds ? [] : metrics), ...gate],
    validation: training?.earlyStopping === undefined ? [] : ['training.earlyStopping'],
  };
}

/** Notes every number of rows that is too small for what the job opens. */
export function checkLeastRows(document: Document, sound: Sound): void {
  const { parties, contributors, data, training, reveal } = sound;
  if (data === undefined) return;
  const { leastRows } = data;
  const otherwise = 'or declare a smaller data.leastRows, which every party is shown before it connects';
  for (const [kind, openings] of Object.entries(openedOver(sound)) as [RowKind, readonly string[]][]) {
    if (openings.length === 0) continue;
    const few = (path: Path, name: string, rows: number) => {
      if (rows === 0 || rows >= leastRows) return;
      if (data.heldOut !== undefined && !isSplitByColumns(parties ?? [])) {
        const leaves = `leaves ${name} ${rows} ${kind} rows, and ${openings.join(', ')} must have at least ${leastRows} of each party that has any`;
        document.report(['data', 'heldOut'], `${leaves}: hold another part out, ${otherwise}`);
        return;
      }
      const says = `is ${rows}, and ${openings.join(', ')} must have at least ${leastRows} rows of each party that has any`;
      document.report(path, `${says}: give it 0 or at least ${leastRows}, ${otherwise}`);
    };
    parties?.forEach((party, i) => {
      // Columns of the same rows are told of once.
      if (isSplitByColumns(parties) && party.label === undefined) return;
      const rows = isSplitByColumns(parties) ? totalsOf({ parties, data })[kind] : party[kind];
      few(['parties', i, kind], party.name, rows);
    });
    contributors?.forEach((contributor, i) => {
      few(['contributors', i, kind], contributor.name, contributor[kind]);
    });
  }
  if (training === undefined || parties === undefined) return;
  const { batch, epochs, folds } = training;
  if (folds !== undefined && (reveal?.folds ?? []).length > 0) {
    checkFoldRows(document, { parties, contributors, data }, folds, otherwise);
  }
  if (folds !== undefined) return;
  const trained = totalsOf({ parties, contributors, data }).train;
  if (batch < leastRows && (reveal?.trainingLoss ?? []).length > 0) {
    const few = `is ${batch}, and reveal.trainingLoss, the loss of one batch, must be over at least ${leastRows} rows`;
    document.report(['training', 'batch'], `${few}: take larger batches, leave reveal.trainingLoss out, ${otherwise}`);
  }
  const taken = batch * Math.floor(trained / batch);
  if (epochs === 1 && batch <= trained && trained >= leastRows && taken < leastRows) {
    const few = `takes ${taken} rows in the one epoch, and reveal.model must be over at least ${leastRows}`;
    document.report(['training', 'batch'], `${few}: take smaller batches, more epochs, ${otherwise}`);
  }
}

/** Of each fold somebody learns the metrics: each has this part of the rows of every party, to a row. */
function checkFoldRows(
  document: Document,
  {
    parties,
    contributors = [],
    data,
  }: Pick<Sound, 'contributors'> & {
    readonly parties: NonNullable<Sound['parties']>;
    readonly data: NonNullable<Sound['data']>;
  },
  folds: number,
  otherwise: string,
): void {
  const { leastRows } = data;
  const isSplit = isSplitByColumns(parties);
  const counted = isSplit
    ? [{ name: 'the parties', train: totalsOf({ parties, data }).train }]
    : [...parties, ...contributors].filter(({ train }) => train > 0);
  const few = counted
    .map(({ name, train }) => ({ name, rows: Math.floor(train / folds) }))
    .filter(({ rows }) => rows < leastRows)
    .map(({ name, rows }) => `${rows} rows of ${name}`);
  if (few.length === 0) return;
  const says = `is ${folds}, which leaves a fold ${few.join(', ')}, and reveal.folds must have at least ${leastRows} of each party that has any`;
  document.report(['training', 'folds'], `${says}: take fewer folds, leave reveal.folds out, ${otherwise}`);
}
