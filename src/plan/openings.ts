/**
 * Everything that leaves the computation, by name, and who learns it.
 * @module
 */
import { revealsOfPhase } from './cost.ts';
import { type Phase, type Plan, sizeOf, type ValueId } from './plan.ts';
import { AUDITED, GATE_OUTPUTS } from './release-gate.ts';

export interface OpeningNotice {
  readonly name: string;
  /** In the words of a data steward. */
  readonly what: string;
  readonly to: readonly string[];
  /** Numbers opened at a time, and how many times. */
  readonly numbers: number;
  readonly times: number;
}

const WORDS: Readonly<Record<string, string>> = {
  sums: 'mean of each feature over all training rows',
  squares: 'variance of each feature over all training rows',
  'training loss': 'mean loss of the last batch of an epoch',
  alarm: 'whether any value left its range, by layer and part of the run',
  'in range': 'whether all weights stayed within their range, as one bit',
  'unclipped examples': 'number of rows in steps whose gradient was not clipped, with noise',
  correct: 'number of test rows classified rightly',
  'log loss': 'mean log loss on the test rows',
  'ordered pairs': 'number of test pairs in the right order (for the AUC)',
  positives: 'number of positive test rows (for the AUC)',
  'confusion matrix': 'number of test rows of each class, by predicted class',
  'class hits': 'number of test rows of each class that are classified rightly (for macro F1)',
  'class predictions': 'number of test rows classified into each class (for macro F1)',
  'class sizes': 'number of test rows of each class (for macro F1)',
  'validation accuracy': 'number of validation rows classified rightly, after an epoch',
  'validation logLoss': 'mean log loss on the validation rows, after an epoch',
  [GATE_OUTPUTS.members]: 'number of training rows that the model is so sure of, by threshold (release gate)',
  [GATE_OUTPUTS.others]: 'number of test rows that the model is so sure of, by threshold (release gate)',
  'squared error': 'mean squared error on the test rows',
};

/** What is opened with noise that was added in the same phase. */
function noisyValues({ ops }: Phase): Set<ValueId> {
  const noisy = new Set<ValueId>();
  for (const { op } of ops) {
    if (op.op === 'noise' || (op.op === 'open' && noisy.has(op.of))) noisy.add(op.out);
  }
  return noisy;
}

/** A parameter, which an auditor gets whatever becomes of the others' copies. */
const modelInWords = (name: string) =>
  name.startsWith(AUDITED) ? `the model, before the release gate: ${name.slice(AUDITED.length)}` : `the model: ${name}`;

export function openingsOf(plan: Plan): OpeningNotice[] {
  const notices = new Map<string, OpeningNotice>();
  for (const { phase, repeat } of plan.sessions) {
    const noisy = noisyValues(plan.phases[phase]);
    for (const { name, of, to } of revealsOfPhase(plan.phases[phase])) {
      const times = (notices.get(name)?.times ?? 0) + repeat;
      notices.set(name, {
        name,
        what: `${WORDS[name] ?? modelInWords(name)}${noisy.has(of) ? ', with noise' : ''}`,
        to,
        numbers: sizeOf(plan.values[of]),
        times,
      });
    }
  }
  return [...notices.values()];
}
