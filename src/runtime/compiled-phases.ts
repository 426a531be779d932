/**
 * The phases of a plan as one node compiled them. They take turns in the memory behind the state, and one that comes between two sessions of another
 * lies behind that one, which then goes on as it was.
 * @module
 */
import type { Phase } from '../plan/plan.ts';
import type { Pace } from '../slices.ts';
import type { Node } from './node.ts';
import { timed } from './profile/profile.ts';
import type { Workspace } from './workspace.ts';

interface Placed<Compiled> {
  readonly phase: number;
  readonly compiled: Compiled;
  /** Where its memory ends. */
  readonly end: number;
}

export class CompiledPhases<Compiled> {
  readonly #node: Node;
  readonly #workspace: Workspace;
  readonly #pace: Pace;
  readonly #compile: (phase: Phase) => Compiled;
  /** Where the state ends. */
  readonly #stateEnd: number;
  #current: Placed<Compiled> | undefined;
  /** The phase that waits for the session under way to end. */
  #waiting: Placed<Compiled> | undefined;
  #memoryEnd = 0;

  /** To be made when the state is in place. */
  constructor(node: Node, workspace: Workspace, pace: Pace, compile: (phase: Phase) => Compiled) {
    this.#node = node;
    this.#workspace = workspace;
    this.#pace = pace;
    this.#compile = compile;
    this.#stateEnd = workspace.memory.end;
  }

  /** The end of the memory that was ever in use. */
  get memoryEnd(): number {
    return this.#memoryEnd;
  }

  /** The phase of a session, compiled unless it is in place. */
  async begin(session: number): Promise<Compiled> {
    const { plan, profile } = this.#node;
    const { phase, isAside } = plan.sessions[session];
    profile?.enter(plan.phases[phase].name);
    if (this.#current?.phase === phase) return this.#current.compiled;
    const waiting = isAside === true ? this.#current : undefined;
    const resumed = this.#waiting?.phase === phase ? this.#waiting : undefined;
    const end = (waiting ?? resumed)?.end ?? this.#stateEnd;
    await this.#pace.through(this.#workspace.memory.release(end));
    this.#waiting = waiting;
    this.#current = resumed ?? (await this.#place(phase));
    return this.#current.compiled;
  }

  async #place(phase: number): Promise<Placed<Compiled>> {
    const { memory } = this.#workspace;
    const compiled = timed(this.#node.profile, 'compiling', () => this.#compile(this.#node.plan.phases[phase]))();
    await this.#pace.through(memory.settle());
    this.#memoryEnd = Math.max(this.#memoryEnd, memory.end);
    return { phase, compiled, end: memory.end };
  }
}
