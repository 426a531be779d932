/**
 * A hospital that takes part in federated learning, and looks at the models that it is sent.
 * @module
 */
import type { Records } from '../../data/records.ts';
import { classCount } from '../../graph/mlp.ts';
import { OUTPUTS } from '../../graph/output.ts';
import { joinedRecords, meanRecord } from '../models/chosen-records.ts';
import type { Parameters } from '../models/network.ts';
import { attackUpdate } from './attack-update.ts';
import type { AttackedBatch, AttackFacts } from './attacked-batches.ts';
import { classRepresentatives } from './class-representatives.ts';
import { federatedRounds } from './federated.ts';
import { othersGradient } from './participant.ts';
import type { PlannedAttack, Reconstruction } from './planned-attack.ts';

/** Records of each owner in a step. */
const SIZES = { full: [1, 2, 4, 8, 16], quick: [1, 4] };
const ROUNDS = { full: 6, quick: 3 };

const METHOD =
  'The change of the shared model less the participant’s own part is the sum of what the others sent (Melis et al. 2019); it is inverted like an update.';
const LIMITS = [
  'The sum does not say whose a record is, and the participant does not ask.',
  'It knows how many records the others took; with more hospitals the sum is of more records.',
];

export function byParticipant(setting: Reconstruction): PlannedAttack[] {
  const size = setting.isQuick ? 'quick' : 'full';
  const others = setting.owners.length - 1;
  return SIZES[size]
    .filter((batch) => setting.owners.every(({ rows }) => rows >= batch))
    .map((batch) => ({
      facts: {
        ...{ attack: 'differencing shared models', adversary: 'participant', system: 'federated' },
        ...{ method: METHOD, limits: LIMITS, batch: others * batch },
      },
      ...{ count: ROUNDS[size], batches: differenced(setting, batch, ROUNDS[size]) },
    }));
}

function* differenced(
  { architecture, owners, range, initial, rate, seed, isQuick }: Reconstruction,
  batch: number,
  count: number,
): Generator<AttackedBatch> {
  for (let i = 0; i < count; i++) {
    const own = `${seed}, shared models of ${batch}, ${i + 1}`;
    const training = { rounds: 1, batch, localSteps: 1, localRecords: 'same', rate, initial } as const;
    for (const { global, updates, next, taken } of federatedRounds(architecture, training, owners, own)) {
      const observed = { before: global, after: next, own: updates[0], owners: owners.length, rate };
      const truth = taken.slice(1).reduce(joinedRecords);
      const attack = { range, isQuick, seed: own };
      const reconstructed = attackUpdate(architecture, global, othersGradient(observed), truth.rows, attack);
      yield { truth: truth.features, reconstructed };
    }
  }
}

const TRAINED = { rounds: 60, batch: 32 };
/** Of the shared models, every so many rounds. */
const KEPT = 10;
const INVERSION = { steps: 300, rate: 0.3, penalty: 0.3 };

const OF_CLASSES: AttackFacts = {
  ...{ attack: 'what each class looks like', adversary: 'participant', system: 'federated', batch: 1 },
  method:
    'The input near its own mean record that the shared models of many rounds are surest of, class by class (model inversion, Fredrikson et al. 2015), beside the mean record of the others’ class.',
  limits: [
    'It shows a class and no person, unless a class is one person’s; whoever gets a finished model can do it too.',
  ],
} as const;

/** Of a model that predicts classes. */
export function classesFromModels(setting: Reconstruction): PlannedAttack[] {
  const { architecture, owners } = setting;
  const isSmall = owners.some(({ rows }) => rows < TRAINED.batch);
  if (!OUTPUTS[architecture.output].isClass || isSmall) return [];
  return [{ facts: OF_CLASSES, count: 1, batches: representatives(setting) }];
}

function* representatives({
  architecture,
  owners,
  range,
  initial,
  rate,
  seed,
}: Reconstruction): Generator<AttackedBatch> {
  const training = { ...TRAINED, localSteps: 1, localRecords: 'same', rate, initial } as const;
  const models: Parameters[] = [];
  let round = 0;
  for (const { next } of federatedRounds(architecture, training, owners, `${seed}, classes`)) {
    if (++round % KEPT === 0) models.push(next);
  }
  const reconstructed = classRepresentatives(architecture, models, {
    ...INVERSION,
    usual: meanRecord(owners[0]),
    range,
  });
  yield {
    truth: meansByClass(owners.slice(1).reduce(joinedRecords), classCount(architecture)),
    reconstructed,
  };
}

/** classes × columns; a class without a record is left at 0. */
function meansByClass({ features, labels, columns }: Records, classes: number): Float64Array {
  const [sums, counts] = [new Float64Array(classes * columns), new Float64Array(classes)];
  labels.forEach((label, row) => {
    counts[label]++;
    for (let j = 0; j < columns; j++) sums[label * columns + j] += features[row * columns + j];
  });
  return sums.map((sum, i) => sum / Math.max(1, counts[Math.floor(i / columns)]));
}
