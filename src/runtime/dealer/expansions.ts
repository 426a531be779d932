/**
 * What evaluators expand of a phase's material, at its dealer: added up and taken off piece by piece, so that none of it is ever held as a whole.
 * An item of which single shares are needed is expanded, and accounted for, with its operation.
 * @module
 */
import type { DealerRooms, ExpandedRoom } from '../../plan/write/dealer-places.ts';
import { BLOCK_BYTES, PIECE_WORDS } from '../../plan/write/dealer-places.ts';
import type { Area, PhaseLayout } from '../../plan/write/layout.ts';
import type { Room } from '../../plan/write/places.ts';
import { type ByteStream, streamStride } from '../../prg/stream.ts';
import { type DealtTensor, dealtTensor } from '../../protocol/tensors.ts';
import type { Kernels } from '../../ring/kernels.ts';
import type { RingMemory } from '../../ring/ring-memory.ts';
import { DONE, type Slices } from '../../slices.ts';

/** Words of one area that lie side by side. */
interface Run {
  readonly area: Area;
  readonly from: number;
  readonly words: number;
}

/** A piece of an item that is expanded with its operation: of one evaluator's share of it, the `index`th that is, and where it goes. */
interface OwnPiece {
  readonly piece: Run;
  readonly evaluator: number;
  readonly index: number;
  readonly at: number;
}

/** A phase that expands fewer words does so at once. */
const MANY_WORDS = 2 ** 20;

interface Places {
  /** Address of the whole masks and dealt values, and of room for a piece. */
  readonly whole: number;
  readonly piece: number;
  readonly addressOf: (room: Room) => number;
}

/** Adds a share to a sum of shares. */
function accumulate(kernels: Kernels, { area, words }: Run, sum: number, share: number): void {
  const { sharing } = area;
  if (sharing === 'add') kernels.add(sum, sum, share, words);
  else if (sharing === 'xor') kernels.xorBytes(sum, sum, share, 8 * words);
  else kernels.addLanes(sum, sum, share, sharing === 'add32' ? 32 : 16, words);
}

function takeOff(kernels: Kernels, { area, words }: Run, sum: number, share: number): void {
  const { sharing } = area;
  if (sharing === 'add') kernels.sub(sum, sum, share, words);
  else if (sharing === 'xor') kernels.xorBytes(sum, sum, share, 8 * words);
  else kernels.subLanes(sum, sum, share, sharing === 'add32' ? 32 : 16, words);
}

export class Expansions {
  readonly #layout: PhaseLayout;
  readonly #operations: readonly DealerRooms[];
  readonly #places: Places;
  readonly #memory: RingMemory;
  readonly #evaluators: number;
  /** What is expanded apart from operations. */
  readonly #seeded: readonly Run[];
  readonly #corrected: readonly Run[];
  /** The pieces of each operation. */
  readonly #own: readonly (readonly OwnPiece[])[];
  #streams: readonly ByteStream[] = [];
  #repetition = 0;

  constructor(
    layout: PhaseLayout,
    operations: readonly DealerRooms[],
    places: Places,
    memory: RingMemory,
    evaluators: number,
  ) {
    this.#layout = layout;
    this.#operations = operations;
    this.#places = places;
    this.#memory = memory;
    this.#evaluators = evaluators;
    const pieces = runsOf(layout, operations).flatMap(piecesOf);
    this.#seeded = pieces.filter(({ area }) => area.source === 'seeds');
    this.#corrected = pieces.filter(({ area }) => area.source === 'correction');
    this.#own = operations.map((_, operation) => this.#ownPieces(operation));
  }

  /** Goes to a repetition, of which each evaluator has a stream. */
  enter(streams: readonly ByteStream[], repetition: number): void {
    this.#streams = streams;
    this.#repetition = repetition;
  }

  /** Whether single shares of an operation's material are needed. */
  hasOwn(operation: number): boolean {
    return this.#operations[operation].expanded.some((items) => items.length > 0);
  }

  /** What single evaluators expand of an item of material. */
  expanded(operation: number, item: number): readonly DealtTensor[] {
    return this.#operations[operation].expanded[item].map((each) =>
      dealtTensor(this.#addressOf(operation, item, each)),
    );
  }

  /** Adds up what all evaluators expand. */
  addUp(): Slices {
    return this.#each(this.#seeded, (piece) => this.#expandAll(piece, this.#evaluators, this.#add));
  }

  /** Takes off from what was dealt what all evaluators but the last expand, which leaves the share of the last. */
  correct(): Slices {
    return this.#each(this.#corrected, (piece) => this.#expandAll(piece, this.#evaluators - 1, this.#subtract));
  }

  /** Expands the single shares of an operation's material, before it is dealt. */
  begin(operation: number): Slices {
    return this.#each(this.#own[operation], ({ piece, evaluator, index, at }) => {
      this.#expand(evaluator, at, piece.from, piece.words);
      if (piece.area.source === 'seeds') this.#add(piece, at, index);
    });
  }

  /** Takes them off again where it was dealt. */
  end(operation: number): Slices {
    return this.#each(this.#own[operation], ({ piece, at }) => {
      if (piece.area.source === 'correction') this.#subtract(piece, at);
    });
  }

  /** One piece after the other, and where the phase has many words with room for other work between them. */
  #each<Piece>(pieces: readonly Piece[], take: (piece: Piece) => void): Slices {
    if (this.#layout.materialWords > MANY_WORDS) return oneByOne(pieces, take);
    for (const piece of pieces) take(piece);
    return DONE;
  }

  #expandAll(piece: Run, evaluators: number, take: (piece: Run, share: number, index: number) => void): void {
    const share = this.#places.piece + within(piece.from);
    for (let evaluator = 0; evaluator < evaluators; evaluator++) {
      this.#expand(evaluator, share, piece.from, piece.words);
      take(piece, share, evaluator);
    }
  }

  #ownPieces(operation: number): readonly OwnPiece[] {
    return this.#operations[operation].expanded.flatMap((expanded, item) => {
      if (expanded.length === 0) return [];
      const from = this.#layout.material[operation][item];
      const run = { area: areaAt(this.#layout, from), from, words: expanded[0].words };
      return expanded.flatMap((each, index) => {
        const at = this.#addressOf(operation, item, each);
        const { evaluator } = each;
        return piecesOf(run).map((piece) => ({ piece, evaluator, index, at: at + 8 * (piece.from - from) }));
      });
    });
  }

  #addressOf(operation: number, item: number, { room }: ExpandedRoom): number {
    return this.#places.addressOf(room) + within(this.#layout.material[operation][item]);
  }

  readonly #add = (run: Run, share: number, i: number): void => {
    const at = this.#places.whole + 8 * run.from;
    if (i === 0) this.#memory.kernels.copy(at, share, 8 * run.words);
    else accumulate(this.#memory.kernels, run, at, share);
  };

  readonly #subtract = (run: Run, share: number): void => {
    takeOff(this.#memory.kernels, run, this.#places.whole + 8 * run.from, share);
  };

  /** Writes words of an evaluator's material to an address, and before it what its block of the stream begins with. */
  #expand(evaluator: number, to: number, from: number, words: number): void {
    const { materialWords, seededWords } = this.#layout;
    const stride = streamStride(8 * (evaluator === this.#evaluators - 1 ? seededWords : materialWords));
    const before = within(from);
    const position = this.#repetition * stride + 8 * from - before;
    this.#streams[evaluator].fill(this.#memory, to - before, position, before + 8 * words);
  }
}

/** Bytes from the beginning of a block of the stream to a word. */
const within = (word: number): number => (8 * word) % BLOCK_BYTES;

function areaAt({ areas }: PhaseLayout, word: number): Area {
  return areas.findLast(({ from, words }) => words > 0 && from <= word) ?? areas[0];
}

/** What lies between items that are expanded with their operations. */
function runsOf(layout: PhaseLayout, operations: readonly DealerRooms[]): readonly Run[] {
  const own = operations
    .flatMap(({ expanded }, operation) =>
      expanded.flatMap((rooms, item) =>
        rooms.length === 0 ? [] : [{ from: layout.material[operation][item], words: rooms[0].words }],
      ),
    )
    .toSorted((a, b) => a.from - b.from);
  return layout.areas.flatMap((area) => {
    const runs: Run[] = [];
    const end = area.from + area.words;
    let from = area.from;
    for (const item of own) {
      if (item.from < area.from || item.from >= end) continue;
      if (item.from > from) runs.push({ area, from, words: item.from - from });
      from = item.from + item.words;
    }
    if (end > from) runs.push({ area, from, words: end - from });
    return runs;
  });
}

/** A run as pieces that are expanded at once. */
function piecesOf({ area, from, words }: Run): readonly Run[] {
  const pieces = Array.from({ length: Math.ceil(words / PIECE_WORDS) }, (_, i) => i * PIECE_WORDS);
  return pieces.map((done) => ({ area, from: from + done, words: Math.min(PIECE_WORDS, words - done) }));
}

function* oneByOne<Piece>(pieces: readonly Piece[], take: (piece: Piece) => void): Slices {
  for (const piece of pieces) {
    take(piece);
    yield;
  }
}
