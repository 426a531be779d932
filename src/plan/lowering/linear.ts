/**
 * Nodes that are linear: they stay symbolic, or become one public map of shares and masks alike.
 * @module
 */
import { invariant, TrefoilError } from '../../errors.ts';
import { type NodeId, times } from '../../graph/graph.ts';
import type { Add } from '../../graph/nodes/add.ts';
import type { RepeatColumn, SumColumns } from '../../graph/nodes/columns.ts';
import type { Constant } from '../../graph/nodes/constant.ts';
import type { Given } from '../../graph/nodes/given.ts';
import type { GatherEntries, ScatterEntries } from '../../graph/nodes/image-entries.ts';
import type { Broadcast, SumRows } from '../../graph/nodes/rows.ts';
import type { Scale } from '../../graph/nodes/scale.ts';
import type { ValueId } from '../plan.ts';
import { eachPart } from './combine.ts';
import type { LoweringContext, NodeLowering } from './context.ts';
import { type Expression, only } from './expression.ts';

export const given: NodeLowering<Given> = {
  lower(_, { is }) {
    throw new TrefoilError('TREFOIL_INTERNAL', `${is.name} has no value`);
  },
};

export const constant: NodeLowering<Constant> = {
  lower: (_, { is }) => ({ parts: [], constant: is.value }),
};

export const scale: NodeLowering<Scale> = {
  lower(context, { is }) {
    const { parts, constant } = context.expression(is.a);
    const scaled = parts.map((part) => ({ ...part, coefficient: times(part.coefficient, is.by) }));
    return { parts: scaled, constant: times(constant, is.by) };
  },
};

export const add: NodeLowering<Add> = {
  lower(context, { is }) {
    const [a, b] = [context.expression(is.a), context.expression(is.b)];
    invariant(a.constant.constant === 0 || b.constant.constant === 0, 'one constant in a sum');
    return { parts: [...a.parts, ...b.parts], constant: a.constant.constant === 0 ? b.constant : a.constant };
  },
};

export const broadcast: NodeLowering<Broadcast> = {
  lower(context, { is, rows }) {
    const { value, coefficient } = context.masked(is.a);
    return only({ value: context.phase.broadcast(value, rows), coefficient });
  },
};

export const sumRows: NodeLowering<SumRows> = {
  lower(context, { is: { a } }) {
    const { graph, phase } = context;
    // A sum of something that is masked anyway needs no opening of its own.
    if (graph.isFactor(a)) context.masked(a);
    return each(context, a, graph.nodes[a].rows, (value) => phase.sumRows(value));
  },
};

export const sumColumns: NodeLowering<SumColumns> = {
  lower: (context, { is: { a } }) =>
    each(context, a, context.graph.nodes[a].cols, (value) => context.phase.sumColumns(value)),
};

export const repeatColumn: NodeLowering<RepeatColumn> = {
  lower: (context, { is, cols }) => each(context, is.a, 1, (value) => context.phase.repeatColumn(value, cols)),
};

export const gatherEntries: NodeLowering<GatherEntries> = {
  /** What is opened is opened before: a walk goes over an entry often. */
  lower(context, { id, is: { a, walk }, rows }) {
    const { value, coefficient } = context.masked(a);
    const label = context.graph.labelOf(id);
    return only({ value: context.phase.gatherEntries(value, walk, rows, label), coefficient });
  },
};

export const scatterEntries: NodeLowering<ScatterEntries> = {
  lower(context, { id, is: { a, walk }, rows }) {
    const { constant } = context.expression(a);
    invariant(constant.constant === 0, 'entries are added up of what is no constant');
    const label = context.graph.labelOf(id);
    return each(context, a, 1, (value) => context.phase.scatterEntries(value, walk, rows, label));
  },
};

/** A map applied to each part of a node; of the constant 1 it makes `count`. */
function each(context: LoweringContext, of: NodeId, count: number, apply: (value: ValueId) => ValueId): Expression {
  return eachPart(context.phase, context.expression(of), count, apply);
}
