/**
 * The honest but curious server of federated learning: it follows the protocol, and inverts what each hospital sends it.
 * @module
 */
import { firstOf } from '../../graph/layers/index.ts';
import { attackUpdate } from './attack-update.ts';
import type { AttackedBatch } from './attacked-batches.ts';
import { type FederatedTraining, federatedRounds } from './federated.ts';
import type { PlannedAttack, Reconstruction } from './planned-attack.ts';

/** Records in an update, and how many updates are attacked. */
const SIZES = { full: [1, 2, 4, 8, 16, 32, 64], quick: [1, 4, 8, 32] };
const UPDATES = { full: [20, 8, 8, 8, 4, 3, 2], quick: [10, 3, 3, 1] };
const AVERAGED = { full: 6, quick: 2 };
const LOCAL_STEPS = 4;

const KNOWN =
  'The server knows the network and how many records an update is of; it needs no label, and no records of its own.';
const NO_NOISE = 'Updates are as exact as float64; compression or noise would hinder the attack, and the model too.';
const NO_ZEROS = 'Without a ReLU layer a gradient has no zeros to go by.';
const NO_PRODUCT = 'The gradient of a convolution is a sum over places, which no division gives a record of.';

export function byServer(setting: Reconstruction): PlannedAttack[] {
  const { architecture, isQuick } = setting;
  const size = isQuick ? 'quick' : 'full';
  const averaged = AVERAGED[size];
  const { isDense, isCut } = firstOf(architecture.layers);
  const batchMethod = isCut
    ? 'The gradient of the first layer is a sum of few outer products, and the ReLU leaves zeros in them: gradient matching (Zhu et al. 2019) guesses where, and ' +
      'sparse inversion (SPEAR, Dimitrov et al. 2024) then has the records exactly.'
    : 'Made-up records are moved until they have the gradient that was sent (gradient matching, Zhu et al. 2019), with labels read off the last bias.';
  const limits = isCut ? [KNOWN, NO_NOISE] : [KNOWN, NO_NOISE, isDense ? NO_ZEROS : NO_PRODUCT];
  const gradients = SIZES[size].map((batch, i): PlannedAttack => {
    const count = UPDATES[size][i];
    const method =
      batch === 1 && isDense
        ? 'The gradient of a dense layer is the record times that of the bias: dividing one by the other gives the record (Phong et al. 2018).'
        : batchMethod;
    const facts = { attack: 'inverting a FedSGD update', ...BY_SERVER, method, limits, batch };
    return { facts, count, batches: attacked(setting, count, { batch, localSteps: 1, localRecords: 'same' }) };
  });
  const method = `${LOCAL_STEPS} local steps are sent as one sum (federated averaging, McMahan et al. 2017), and taken for a gradient. ${batchMethod}`;
  const kinds = [
    { attack: 'inverting a FedAvg update, local steps on the same records', batch: 8, localRecords: 'same' },
    { attack: 'inverting a FedAvg update, local steps on fresh records', batch: 2, localRecords: 'fresh' },
  ] as const;
  const averages = kinds.map(({ attack, batch, localRecords }): PlannedAttack => {
    const records = localRecords === 'same' ? batch : batch * LOCAL_STEPS;
    const facts = { attack, ...BY_SERVER, method, limits, batch: records };
    const training = { batch, localSteps: LOCAL_STEPS, localRecords };
    return { facts, count: averaged, batches: attacked(setting, averaged, training) };
  });
  return [...gradients, ...averages].filter(({ facts }) => setting.owners.every(({ rows }) => rows >= facts.batch));
}

const BY_SERVER = { adversary: 'server', system: 'federated' } as const;

/** The first round of as many trainings, of the owners in turn. */
function* attacked(
  { architecture, owners, range, initial, rate, seed, isQuick }: Reconstruction,
  count: number,
  training: Pick<FederatedTraining, 'batch' | 'localSteps' | 'localRecords'>,
): Generator<AttackedBatch> {
  // A round of several steps moves as far as one of a single step.
  const localRate = rate / training.localSteps;
  for (let i = 0; i < count; i++) {
    const own = `${seed}, update ${i + 1} of ${training.batch} × ${training.localSteps} ${training.localRecords}`;
    const owner = owners[i % owners.length];
    for (const { global, updates, taken } of federatedRounds(
      architecture,
      { ...training, rounds: 1, rate: localRate, initial },
      [owner],
      own,
    )) {
      const [{ features: truth, rows }] = taken;
      const reconstructed = attackUpdate(architecture, global, updates[0], rows, { range, isQuick, seed: own });
      yield { truth, reconstructed };
    }
  }
}
