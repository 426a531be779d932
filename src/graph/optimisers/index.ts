/**
 * Every optimiser, by the name that a job file has for it.
 * @module
 */
import type { StateNode } from '../model.ts';
import { type Adam, adam } from './adam.ts';
import { type Momentum, momentum } from './momentum.ts';
import type { OptimiserKind, Updated } from './optimiser.ts';
import { type RmsProp, rmsprop } from './rmsprop.ts';
import { type Sgd, sgd } from './sgd.ts';

export type Optimiser = Sgd | Momentum | Adam | RmsProp;

export const OPTIMISERS: { readonly [T in Optimiser['type']]: OptimiserKind<Extract<Optimiser, { type: T }>> } = {
  sgd,
  momentum,
  adam,
  rmsprop,
};

/** What the optimiser of this name says of itself. */
export const kindOf = ({ type }: Pick<Optimiser, 'type'>): OptimiserKind<Optimiser> => OPTIMISERS[type];

/** See `OptimiserKind.isPlain`. */
export const isPlain = (optimiser: Optimiser): boolean => kindOf(optimiser).isPlain;

/** The parameter's new value and those of what the optimiser remembers. */
export const update = (optimiser: Optimiser, updated: Updated): StateNode[] =>
  kindOf(optimiser).update(optimiser, updated);
