/**
 * The entries of each record's image along a walk, and what a walk brings to each entry, added up: each is the derivative of the other. Records lie one after
 * the other, whatever the rows of a matrix.
 * @module
 */
import { invariant } from '../../errors.ts';
import { entriesOf, gatherReals, lengthOf, placesOf, scatterReals, type Walk } from '../../image-walk.ts';
import type { Graph, NodeId, NodeKind } from '../graph.ts';

export interface GatherEntries {
  readonly op: 'gatherEntries';
  readonly a: NodeId;
  readonly walk: Walk;
}

export interface ScatterEntries {
  readonly op: 'scatterEntries';
  readonly a: NodeId;
  readonly walk: Walk;
}

declare module '../graph.ts' {
  interface NodeTypes {
    readonly gatherEntries: GatherEntries;
    readonly scatterEntries: ScatterEntries;
  }
}

const places = new WeakMap<Walk, Int32Array>();

/** The places of a walk, which a graph that is evaluated often finds once. */
function knownPlaces(walk: Walk): Int32Array {
  const known = places.get(walk) ?? placesOf(walk);
  places.set(walk, known);
  return known;
}

const gatherKind: NodeKind<GatherEntries> = {
  derivative: (graph, { is: { a, walk } }, g) => [[a, scatterEntries(graph, g, walk, graph.nodes[a].rows)]],
  value({ is: { a, walk } }, values, out) {
    gatherReals(out, values.of(a), knownPlaces(walk), entriesOf(walk));
    return out;
  },
};

const scatterKind: NodeKind<ScatterEntries> = {
  derivative: (graph, { is: { a, walk } }, g) => [[a, gatherEntries(graph, g, walk, graph.nodes[a].rows)]],
  value({ is: { a, walk } }, values, out) {
    scatterReals(out, values.of(a), knownPlaces(walk), entriesOf(walk));
    return out;
  },
};

/** The entries of the walk, as so many rows. */
export function gatherEntries(graph: Graph, a: NodeId, walk: Walk, rows: number): NodeId {
  return graph.place(
    gatherKind,
    { op: 'gatherEntries', a, walk },
    rows,
    colsOf(graph, a, entriesOf(walk), lengthOf(walk), rows),
  );
}

/** The images of which `a` is the walk, as so many rows. */
export function scatterEntries(graph: Graph, a: NodeId, walk: Walk, rows: number): NodeId {
  return graph.place(
    scatterKind,
    { op: 'scatterEntries', a, walk },
    rows,
    colsOf(graph, a, lengthOf(walk), entriesOf(walk), rows),
  );
}

/** Columns of a result of so many rows, where each record goes from one number of entries to another. */
function colsOf(graph: Graph, a: NodeId, from: number, to: number, rows: number): number {
  const { rows: before, cols } = graph.nodes[a];
  const entries = ((before * cols) / from) * to;
  invariant((before * cols) % from === 0 && entries % rows === 0, 'a matrix has whole records');
  return entries / rows;
}
