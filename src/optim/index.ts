// `optim.*`: optimizers as graphs inside the compiled step, and penalties on weights.
export { adam, adamw } from "./adam.ts";
export { custom } from "./custom.ts";
export type { Moment, Optimizer } from "./optimizer.ts";
export { l1, l2 } from "./penalty.ts";
export { sgd } from "./sgd.ts";
