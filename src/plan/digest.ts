/**
 * The digest that all nodes compare before they start.
 * @module
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { Plan } from './plan.ts';

/** SHA-256 of the plan as JSON; a plan is made by one function from one job, so its keys always come in the same order. */
export function planDigest(plan: Plan): string {
  return bytesToHex(sha256(new TextEncoder().encode(JSON.stringify(plan))));
}
