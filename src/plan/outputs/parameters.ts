/**
 * The parameters of the model: one output for the weights and one for the bias of each layer. An auditor gets copies of them, under names of their own.
 * @module
 */
import type { Output } from './output.ts';

export type ParameterName = `${'weights' | 'bias'} ${number}`;
/** `released`: what the recipients of the model get. `audited`: what an auditor gets first, whatever becomes of the others' copies. */
export type Copy = 'released' | 'audited';

const PREFIX = { released: '', audited: 'audited ' } as const satisfies Readonly<Record<Copy, string>>;
const COPIES: Readonly<Record<Copy, Pick<Output, 'what' | 'recipients'>>> = {
  released: { what: 'the model', recipients: ({ model }) => model },
  audited: {
    what: 'the model, before the release gate',
    recipients: ({ auditor }) => (auditor === undefined ? [] : [auditor]),
  },
};
const PARAMETER = /^(audited )?((?:weights|bias) \d+)$/;

/** The name of the output that has one copy of a parameter. */
export const parameterOutput = <C extends Copy>(
  name: ParameterName,
  copy: C,
): `${(typeof PREFIX)[C]}${ParameterName}` => `${PREFIX[copy]}${name}`;

/** The output of that name, if it is a parameter. */
export function parameterNamed(name: string): Output<never> | undefined {
  const [, audited, parameter] = PARAMETER.exec(name) ?? [];
  if (parameter === undefined) return undefined;
  const copy = COPIES[audited === undefined ? 'released' : 'audited'];
  return {
    kind: 'parameter',
    what: `${copy.what}: ${parameter}`,
    over: 'trained',
    recipients: copy.recipients,
  };
}
