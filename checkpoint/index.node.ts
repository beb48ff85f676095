// "gradc/checkpoint" in Node: the same, and checkpoints in files. The package's `exports` choose between the two.
export * from "./index.ts";
export { type Checkpoint, open } from "./open.node.ts";
export { type SaveOptions, save } from "./save.node.ts";
