import type { Node } from "../compiler/ir/node.ts";

/** Whether `value` is a tensor of a definition: a number or a layer is not. */
export const isTensor = (value: unknown): value is Node => typeof value === "object" && value !== null && "op" in value && "graph" in value;
