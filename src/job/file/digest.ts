/**
 * Whether two nodes have the same job: digests of a job and of its parts.
 * @module
 */

import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Job } from './job.ts';
import { withWrittenModel } from './written-model.ts';

/** SHA-256, in hex, of the whole job with its defaults filled in: independent of the file's layout, comments and key order. */
export function jobDigest(job: Job): string {
  return digest(withWrittenModel(job));
}

/** SHA-256, in hex, of canonical JSON. */
export const digest = (value: unknown) => bytesToHex(sha256(utf8ToBytes(canonicalJson(value))));

/** JSON without spaces, keys sorted by code unit, at every level; for values made of objects, arrays, texts, booleans and finite numbers. */
export function canonicalJson(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, part]) => `${JSON.stringify(key)}:${canonicalJson(part)}`).join(',')}}`;
}
