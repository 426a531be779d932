/** A privacy budget into noise, and noise into what it costs. */
import { privacyCost } from 'trefoil-mpc';

const training = { records: 60_000, batch: 256, epochs: 20, delta: 1e-6 };
const { noiseMultiplier } = privacyCost({ ...training, epsilon: 2 });
console.log(`ε 2 needs the noise multiplier ${noiseMultiplier}`);
for (const epochs of [10, 20, 40]) {
  const { epsilon } = privacyCost({ ...training, epochs, noiseMultiplier });
  console.log(`${epochs} epochs cost ε ${epsilon.toFixed(2)}`);
}
