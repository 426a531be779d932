/**
 * The part of a node's configuration about its ledger: where it lies, whose key signs it, and what may be spent.
 * @module
 */
import { z } from 'zod';
import { mapping, mustBe, positive, text } from '../../data/document.ts';
import type { PrivacyConfig } from '../file/job.ts';

const delta = () => {
  const rule = mustBe('a number between 0 and 1');
  return z.number(rule).gt(0, rule).lt(1, rule);
};

export const privacySchema = mapping({
  ledger: text('the path of a folder').optional(),
  identity: text('the path of the identity that signs, without .key or .crt').optional(),
  limit: mapping({ epsilon: positive(), delta: delta() }).optional(),
});

/** Fills in defaults: the ledger lies beside the configuration, and the node's identity signs it. */
export function completePrivacy(
  written: z.output<typeof privacySchema> | undefined,
  node: { readonly node: string; readonly identity: string },
  inFolder: (relative: string) => string,
): PrivacyConfig {
  const { ledger = `${node.node}.ledger`, identity = node.identity, limit } = written ?? {};
  return {
    isStated: written !== undefined,
    ledger: inFolder(ledger),
    identity: inFolder(identity),
    ...(limit === undefined ? {} : { limit }),
  };
}
