/** The record of each trust mode: who deals, and whom it holds against. */
import { expect, it } from 'vitest';
import { TRUST_MODES, TRUST_NAMES } from '../src/trust/modes.ts';
import { adversaries, rolesOf } from '../src/trust/roles.ts';

const PARTIES = ['north', 'east', 'south'];

it('has every mode by name', () => {
  expect([...TRUST_NAMES].sort()).toEqual(Object.keys(TRUST_MODES).sort());
});

it.each(TRUST_NAMES)('%s: evaluators and the dealer are all nodes, the dealer first', (trust) => {
  const { dealer, evaluators, nodes } = rolesOf(trust, PARTIES);
  expect(nodes).toEqual([dealer, ...evaluators]);
  expect(PARTIES.every((party) => nodes.includes(party))).toBe(true);
});

it.each(TRUST_NAMES)('%s: holds against any one node, and leaves an honest evaluator', (trust) => {
  const roles = rolesOf(trust, PARTIES);
  const { colluding } = TRUST_MODES[trust];
  const groups = adversaries(roles);
  for (const node of roles.nodes) expect(groups).toContainEqual([node]);
  expect(Math.max(...groups.map(({ length }) => length))).toBe(colluding);
  // Whoever colludes, one evaluator is honest.
  for (const group of groups) expect(roles.evaluators.some((name) => !group.includes(name))).toBe(true);
});
