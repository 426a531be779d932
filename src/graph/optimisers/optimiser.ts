/**
 * What an optimiser says of itself.
 * @module
 */
import type { Graph, NodeId } from '../graph.ts';
import type { StateNode } from '../model.ts';

/** A setting of an optimiser, as the job file writes it and with what it is where the file does not. */
export type Setting =
  /** A weight of the past: from 0 up, below 1. */
  | { readonly is: 'memory'; readonly byDefault: number }
  /** What keeps a divisor away from 0. */
  | { readonly is: 'divisor'; readonly byDefault: number }
  | { readonly is: 'flag'; readonly byDefault: boolean };

export const memory = (byDefault: number): Setting => ({ is: 'memory', byDefault });
export const divisor = (byDefault: number): Setting => ({ is: 'divisor', byDefault });
export const flag = (byDefault: boolean): Setting => ({ is: 'flag', byDefault });

/** What a gradient is to change. */
export interface Updated {
  readonly graph: Graph;
  /** The parameter's name, and what it is. */
  readonly name: string;
  readonly role: 'weights' | 'bias';
  readonly parameter: NodeId;
  readonly gradient: NodeId;
  /** What an element of the gradient is known to stay within; infinite where nothing is known. */
  readonly limit: number;
}

/** The learning rates of a run, step by step. */
export interface StepRates {
  /** The rate of the next step, of which `rate` is the one that the job says. */
  next(rate: number): number;
  /** Whether all rates from here on are those that the job says. */
  isSettled(): boolean;
}

/** What a setting of the optimiser is not to be beside the others: its key, and the end of a sentence. */
export interface SettingProblem {
  readonly key: string;
  readonly says: string;
}

export interface OptimiserKind<O> {
  /** Its keys in the job file, in the order in which they are advised to change. */
  readonly settings: { readonly [K in Exclude<keyof O, 'type'>]: Setting };
  /** True: a parameter moves by its gradient alone, which carries the learning rate already. False: gradients come without the rate. */
  readonly isPlain: boolean;
  problem?(optimiser: O): SettingProblem | undefined;
  /** Absent where every step has the rate that the job says of its epoch. */
  stepRates?(optimiser: O): StepRates;
  /** The parameter's new value and those of what the optimiser remembers, which begins at 0. */
  update(optimiser: O, updated: Updated): StateNode[];
}
