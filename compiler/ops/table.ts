import { newGraph } from "../ir/graph.ts";
import { barrier } from "./barrier.ts";
import { contraction } from "./contraction.ts";
import { elementwise } from "./elementwise.ts";
import { indexing } from "./indexing.ts";
import { movement } from "./movement.ts";
import type { Op } from "./op.ts";
import { reduction } from "./reduction.ts";
import { source } from "./source.ts";

/** Every primitive of gradc by name. Other tables over ops are `Record<OpName, ...>`, so that a missing line is a type error. */
export const ops = { ...source, ...elementwise, ...contraction, ...reduction, ...movement, ...indexing, ...barrier };

export type OpName = keyof typeof ops;

type ParamsTable = { readonly [K in OpName]: (typeof ops)[K] extends Op<infer P> ? P : never };

/** The parameters of an op, as its record states them. */
export type ParamsOf<K extends OpName> = ParamsTable[K];

/** An empty graph over this table. */
export const createGraph = () => newGraph(ops);
