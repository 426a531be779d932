/** The job and the made-up records that the other examples use. */
import { type JobDescription, jobFrom, type Row } from 'trefoil-mpc';

const ROWS = 60;
const EVERYBODY = ['north', 'east', 'south'];

export const description: JobDescription = {
  trefoil: 1,
  name: 'screening',
  trust: 'honest-majority',
  parties: [
    { name: 'north', train: ROWS, test: 0 },
    { name: 'east', train: ROWS, test: ROWS },
    { name: 'south', train: ROWS, test: ROWS },
  ],
  data: {
    label: 'ill',
    standardise: 'range',
    features: { age: [0, 120], pressure: { range: [60, 240], unit: 'mmHg' } },
  },
  model: { type: 'logistic' },
  training: { epochs: 3, batch: 20, learningRate: 1 },
  reveal: { trainingLoss: EVERYBODY, metrics: { accuracy: EVERYBODY }, model: EVERYBODY },
};

export const screening = jobFrom(description);

/** Records of one party: whoever is old and has a high pressure is ill. */
export const records = (party: number): Row[] =>
  Array.from({ length: ROWS }, (_, i) => {
    const [age, pressure] = [(37 * i + 11 * party) % 120, 60 + ((53 * i + 29 * party) % 180)];
    return { age, pressure, ill: age / 120 + (pressure - 60) / 180 > 1 };
  });
