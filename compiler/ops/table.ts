import { operatorOn } from "../diagnostics/operators.ts";
import { describe } from "../diagnostics/places.ts";
import { newGraph } from "../ir/graph.ts";
import type { Node, Params } from "../ir/node.ts";
import { barrier } from "./barrier.ts";
import { contraction } from "./contraction.ts";
import { elementwise } from "./elementwise.ts";
import { indexing } from "./indexing.ts";
import { loop } from "./loop.ts";
import { movement } from "./movement.ts";
import type { Op } from "./op.ts";
import { ownGradient } from "./own-gradient.ts";
import type { OpParams, ParamsOf } from "./params.ts";
import { reduction } from "./reduction.ts";
import { source } from "./source.ts";

/** Every primitive of gradc by name. Other tables over ops are `Record<OpName, ...>`, so that a missing line is a type error. */
export const ops = {
  ...{ ...source, ...elementwise, ...contraction, ...reduction, ...movement, ...indexing },
  ...{ ...barrier, ...ownGradient, ...loop },
} satisfies {
  readonly [K in keyof OpParams]: Op<OpParams[K]>;
};

export type OpName = keyof typeof ops;

/** A node of one op, with its parameters. */
export type OpNode<K extends OpName> = Node<K, ParamsOf<K>>;

export const isOp = <K extends OpName>(node: Node, op: K): node is OpNode<K> => node.op === op;

/** The op of `node`, as an index of tables: every graph is made by `createGraph`, which knows no others. */
export const opOf = ({ op }: Node): OpName => op as OpName;

/** The record of the op of `node`, for the params that `node` has. */
export const recordOf = (node: Node): Op<Params> => ops[opOf(node)] as unknown as Op<Params>;

/** An empty graph over this table. */
export const createGraph = () => newGraph({ ops, operatorOn: (node, hint) => operatorOn("tensor", describe(node), hint) });
