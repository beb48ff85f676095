// A tensor of a definition is a node of its graph.
export { isNode as isTensor } from "../compiler/ir/graph.ts";
