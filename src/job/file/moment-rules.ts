/**
 * Who may learn pooled moments: all parties, since all standardise by them.
 * @module
 */
import type { Document } from '../../data/document.ts';
import type { Sound } from './schema.ts';

/** Notes recipients that do not fit how features are standardised. */
export function checkMoments(document: Document, { parties, data, reveal }: Sound): void {
  if (parties === undefined || data === undefined || reveal === undefined) return;
  const { standardise } = data;
  const path = ['reveal', 'moments'];
  if (standardise === 'moments' && parties.some(({ name }) => !reveal.moments.includes(name))) {
    document.report(path, 'must name all three parties with standardise: moments, or use standardise: range');
  }
  if (standardise !== 'moments' && reveal.moments.length > 0) {
    document.report(path, `must be empty with standardise: ${standardise}, which opens none`);
  }
}
