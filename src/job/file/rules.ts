/**
 * The rules of a job file that span values.
 *
 * Each looks only at sections that are sound by themselves, so that it works beside other problems.
 * @module
 */

import type { z } from 'zod';
import { mostAdvantage, mostEpsilon } from '../../audit/membership/privacy-allowance.ts';
import { type Document, isMapping, type Path } from '../../data/document.ts';
import { suggestion } from '../../data/nearest.ts';
import { unclippedLayers } from '../../graph/layers/clipping.ts';
import { layerProblem } from '../../graph/layers/index.ts';
import { flat, sizeOf } from '../../graph/layers/layer.ts';
import { isPlain, kindOf } from '../../graph/optimisers/index.ts';
import { OUTPUTS, type Output } from '../../graph/output.ts';
import { COUNTS, METRICS, type Metric, metricsOf } from '../../plan/outputs/metrics.ts';
import { DEALER } from '../../trust/modes.ts';
import { checkAlignment } from './alignment-rules.ts';
import { trainingProblems } from './bounds.ts';
import { checkColumns } from './column-rules.ts';
import { checkContributors } from './contributor-rules.ts';
import { checkFeatures } from './feature-rules.ts';
import { checkFolds, testRowsOf, trainedRowsOf } from './fold-rules.ts';
import { HAS_SETTINGS, thresholdOf } from './job.ts';
import { checkLeastRows } from './least-rows.ts';
import { checkMoments } from './moment-rules.ts';
import { checkFills } from './pooled-fills.ts';
import { totalsOf } from './row-counts.ts';
import { checkHeldOut, withRowsByKind } from './row-split.ts';
import { checkWeights } from './row-weights.ts';
import { columnsOf, type Sound, sections, type WrittenJob } from './schema.ts';

/** Notes every problem between values of the document. */
export function checkTogether(document: Document): void {
  const raw = isMapping(document.raw) ? document.raw : {};
  const written: Sound = Object.fromEntries(
    Object.entries(sections).map(([key, schema]: [string, z.ZodType]) => [key, schema.safeParse(raw[key]).data]),
  );
  const sound = withRowsByKind(written);
  checkData(document, sound);
  checkModel(document, sound);
  checkOptimiser(document, sound);
  checkMoments(document, sound);
  checkFills(document, sound);
  checkParties(document, sound);
  checkColumns(document, sound);
  checkContributors(document, sound);
  checkAlignment(document, sound);
  checkEarlyStopping(document, sound);
  checkAlarmSites(document, sound);
  checkFolds(document, sound);
  checkPrivacy(document, sound);
  checkAudit(document, sound);
  checkWeights(document, sound);
  checkHeldOut(document, written);
  checkLeastRows(document, sound);
}

function checkData(document: Document, { data, numbers }: Sound): void {
  if (data !== undefined) {
    const { features, label, standardise, clip } = data;
    checkFeatures(document, features, label);
    if (standardise !== 'moments' && clip !== undefined) {
      const to = standardise === 'range' ? '[-1, 1]' : '[0, 1]';
      document.report(['data', 'clip'], `must be left out with standardise: ${standardise}, which clips to ${to}`);
    }
  }
  if (numbers?.dataBits !== undefined && numbers.dataBits > numbers.fractionalBits) {
    document.report(['numbers', 'dataBits'], `must be at most fractionalBits, which is ${numbers.fractionalBits}`);
  }
}

/** What the data must say of the label, and in which form. */
const LABELS: Readonly<Record<Output, Partial<Record<'classes' | 'target', string>>>> = {
  sigmoid: {},
  softmax: { classes: 'the list of classes' },
  linear: { target: 'the [smallest, largest] value of the label' },
};

function checkModel(document: Document, { data, model, training, numbers, reveal }: Sound): void {
  if (model === undefined) return;
  const { type, output, threshold } = model;
  const what = HAS_SETTINGS[type] ? `output: ${output}` : `model type ${type}`;
  for (const key of ['classes', 'target'] as const) {
    const form = LABELS[output][key];
    if (data !== undefined && form !== undefined && data[key] === undefined)
      document.report(['data', key], `is missing: ${what} needs ${form}`);
    if (data?.[key] !== undefined && form === undefined)
      document.report(['data', key], `must be left out with ${what}`);
  }
  if (threshold !== undefined && thresholdOf({ model }) === undefined) {
    document.report(['model', 'threshold'], `must be left out with ${what}: it is of binary labels`);
  }
  const fitting = metricsOf(output);
  for (const [metric, recipients] of Object.entries(reveal?.metrics ?? {})) {
    if (recipients.length > 0 && !fitting.includes(metric as Metric)) {
      document.report(['reveal', 'metrics', metric], `does not go with ${what}, but ${fitting.join(', ')}`);
    }
  }
  if (!OUTPUTS[output].isClass && training?.earlyStopping !== undefined) {
    document.report(
      ['training', 'earlyStopping'],
      `must be left out with ${what}: it has no ${training.earlyStopping.metric}`,
    );
  }
  checkLayers(document, model, data);
  if (HAS_SETTINGS[type]) return;
  // The same model with everything that layers have is spelt as an mlp.
  const needsLayers = 'needs model type mlp; with hidden: [] and output: sigmoid that is logistic regression too';
  if (training !== undefined && !isPlain(training.optimiser)) document.report(['training', 'optimiser'], needsLayers);
  for (const key of ['clipGradient', 'earlyStopping'] as const) {
    if (training?.[key] !== undefined) document.report(['training', key], needsLayers);
  }
  if (numbers?.dataBits !== undefined && numbers.dataBits < numbers.fractionalBits) {
    document.report(['numbers', 'dataBits'], needsLayers);
  }
}

/** Every layer must find what it takes, and the first one the features. */
function checkLayers(document: Document, { input, layers }: WrittenJob['model'], data: Sound['data']): void {
  const columns = data === undefined ? undefined : columnsOf(data.features).length;
  if (input !== undefined && columns !== undefined && sizeOf(input) !== columns) {
    const { height, width, channels } = input;
    const product = `${height} · ${width} · ${channels} are ${sizeOf(input)}`;
    document.report(['model', 'input'], `must have as many entries as there are features, ${columns}: ${product}`);
  }
  const image = input ?? (columns === undefined ? undefined : flat(columns));
  const problem = image === undefined ? undefined : layerProblem(layers, image);
  if (problem === undefined) return;
  const { type } = layers[problem.at];
  const missing = input === undefined ? '; model.input says the shape of an image' : '';
  document.report(['model', 'layers', problem.at, type], `must have another ${problem.key}: ${problem.says}${missing}`);
}

/** What the settings of an optimiser must be to one another. */
function checkOptimiser(document: Document, { training }: Sound): void {
  if (training === undefined) return;
  const { optimiser } = training;
  const problem = kindOf(optimiser).problem?.(optimiser);
  if (problem !== undefined) document.report(['training', 'optimiser', problem.key], problem.says);
}

function checkParties(document: Document, { parties, contributors, data, training, reveal }: Sound): void {
  if (parties === undefined) return;
  const order = parties.map(({ name }) => name);
  order.forEach((name, i) => {
    if (name === DEALER) document.report(['parties', i, 'name'], `must not be '${DEALER}', which is reserved`);
    if (order.indexOf(name) < i) document.report(['parties', i, 'name'], `must not be '${name}' again`);
  });
  const { trained, whose } = trainedRowsOf({ parties, contributors, data, training });
  if (training !== undefined && training.batch > trained) {
    document.report(['training', 'batch'], `must be at most ${trained}, the number of training rows ${whose}`);
  }
  for (const { key, says } of training === undefined ? [] : trainingProblems(training, trained)) {
    document.report(['training', key], says);
  }
  if (reveal === undefined) return;
  for (const key of [
    'fills',
    'moments',
    'classCounts',
    'trainingLoss',
    'validation',
    'alarmSites',
    'folds',
    'model',
  ] as const) {
    checkNames(document, ['reveal', key], reveal[key], order);
  }
  const heldOut = testRowsOf({ parties, contributors, data, training });
  for (const [metric, recipients] of Object.entries(reveal.metrics)) {
    const path = ['reveal', 'metrics', metric];
    checkNames(document, path, recipients, order);
    if (recipients.length > 0 && heldOut === 0) document.report(path, 'needs test rows, and no party has any');
  }
}

function checkEarlyStopping(document: Document, { parties, contributors, data, training, reveal }: Sound): void {
  if (parties === undefined || training === undefined) return;
  if (training.earlyStopping === undefined) {
    const unused = 'must be left out without training.earlyStopping';
    if ((data?.heldOut?.validation ?? 0) > 0) document.report(['data', 'heldOut', 'validation'], unused);
    else {
      parties.forEach(({ validation }, i) => {
        if (validation > 0) document.report(['parties', i, 'validation'], unused);
      });
    }
  } else if (totalsOf({ parties, contributors, data }).validation === 0) {
    document.report(['training', 'earlyStopping'], 'needs validation rows, and no party has any');
  }
  if (reveal === undefined) return;
  const path = ['reveal', 'validation'];
  if (training.earlyStopping === undefined) {
    if (reveal.validation.length > 0) document.report(path, 'must be empty without training.earlyStopping');
  } else if (parties.some(({ name }) => !reveal.validation.includes(name))) {
    document.report(path, 'must name all three parties with training.earlyStopping, since all stop together');
  }
}

/** Where a value left its range says more of the records than that one did. */
function checkAlarmSites(document: Document, { parties, reveal, privacy }: Sound): void {
  if (reveal === undefined || reveal.alarmSites.length === 0) return;
  const path = ['reveal', 'alarmSites'];
  if (privacy !== undefined)
    document.report(path, 'must be empty with privacy: where a weight left its range would leave without noise');
  else if (parties?.some(({ name }) => !reveal.alarmSites.includes(name))) {
    document.report(path, 'must name all three parties or nobody, since the alarm stops all of them');
  }
}

/** With a budget, nothing leaves that the accountant does not know. */
function checkPrivacy(document: Document, sound: Sound): void {
  const { privacy, parties, contributors, data, model, training, reveal } = sound;
  if (privacy === undefined) return;
  if (model !== undefined) checkClipping(document, model.layers);
  const withPrivacy = (what = 'it') => `with privacy: ${what} would leave without noise`;
  if (data?.standardise === 'moments') {
    const path = ['data', 'standardise'];
    document.report(path, `must be range or range-to-unit ${withPrivacy('the pooled moments')}`);
  }
  if (reveal !== undefined && reveal.trainingLoss.length > 0) {
    document.report(['reveal', 'trainingLoss'], `must be empty ${withPrivacy()}`);
  }
  for (const [metric, recipients] of Object.entries(reveal?.metrics ?? {})) {
    if (recipients.length > 0 && !METRICS[metric as Metric].isCount) {
      document.report(['reveal', 'metrics', metric], `must be empty ${withPrivacy()}; ${COUNTS.join(', ')} get noise`);
    }
  }
  if (training?.earlyStopping !== undefined) {
    document.report(['training', 'earlyStopping'], `must be left out ${withPrivacy('its metric')}`);
  }
  if (training?.clipGradient !== undefined) {
    document.report(
      ['training', 'clipGradient'],
      'must be left out with privacy, which clips the gradient of each record',
    );
  }
  if (parties === undefined) return;
  const trained = totalsOf({ parties, contributors, data }).train;
  if (privacy.delta >= 1 / trained) {
    const most = `1/${trained}, one over the number of training rows`;
    document.report(['privacy', 'delta'], `must be below ${most}: releasing one record at random would satisfy it`);
  }
  if (privacy.sampling === 'full' && training !== undefined && training.batch !== trained) {
    document.report(['training', 'batch'], `must be ${trained}, all training rows, with privacy.sampling: full`);
  }
}

/** The gradient of one record is clipped where its norm is known without forming it. */
function checkClipping(document: Document, layers: WrittenJob['model']['layers']): void {
  for (const { at, why } of unclippedLayers(layers)) {
    const path = ['model', 'layers', ...(at === undefined ? [] : [at, layers[at].type])];
    document.report(path, `must be ${at === undefined ? 'others' : 'left out'} with privacy: ${why}`);
  }
}

/** Tests on shares need rows to compare; an auditor has its own; a budget is a proof, and counts would leave without noise. */
function checkAudit(document: Document, { audit, parties, contributors, data, model, privacy }: Sound): void {
  if (audit === undefined) return;
  const { auditor, maxMembershipAdvantage: most } = audit;
  const path = ['audit', 'auditor'];
  if (privacy !== undefined) {
    if (auditor !== undefined) document.report(path, 'must be left out with privacy, whose budget is the proof');
    if (mostAdvantage(privacy) > most) {
      const allowed = Number(mostAdvantage(privacy).toPrecision(3));
      const enough = mostEpsilon(most, privacy.delta);
      document.report(
        ['audit', 'maxMembershipAdvantage'],
        `is exceeded by what privacy allows, ${allowed}; ${enough === undefined ? 'lower privacy.delta first' : `privacy.epsilon of at most ${enough} keeps it`}`,
      );
    }
    return;
  }
  if (auditor === undefined) {
    if (model !== undefined && !OUTPUTS[model.output].isClass) {
      document.report(path, 'is missing: a model that predicts a number is audited by a party, not on shares');
    }
    if (parties !== undefined && totalsOf({ parties, contributors, data }).test === 0) {
      document.report(['audit', 'maxMembershipAdvantage'], 'needs test rows to compare with, and no party has any');
    }
    return;
  }
  if (parties === undefined) return;
  const order = parties.map(({ name }) => name);
  checkNames(document, path, [auditor], order);
  const party = parties.find(({ name }) => name === auditor);
  if (party !== undefined && (party.train === 0 || party.test === 0)) {
    document.report(path, `names '${auditor}', which must have training and test rows of its own to compare`);
  }
}

function checkNames(document: Document, path: Path, chosen: readonly string[], known: readonly string[]): void {
  const seen = new Set<string>();
  chosen.forEach((name) => {
    if (!known.includes(name)) document.report(path, `names '${name}', which is no party${suggestion(name, known)}`);
    if (seen.has(name)) document.report(path, `names '${name}' twice`);
    seen.add(name);
  });
}
