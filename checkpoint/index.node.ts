// "gradc/checkpoint" in Node: the same, and checkpoints in files. The package's `exports` choose between the two.
export * from "./index.ts";
