// `optim.*`: optimizers as graphs inside the compiled step, and penalties on weights.
export { adadelta, adagrad } from "./adagrad.ts";
export { adam, adamw } from "./adam.ts";
export { adamax, nadam, radam } from "./adam-variants.ts";
export { asgd } from "./asgd.ts";
export { lion, rprop } from "./by-sign.ts";
export { custom } from "./custom.ts";
export type { Moment, Optimizer } from "./optimizer.ts";
export { l1, l2 } from "./penalty.ts";
export { rmsprop } from "./rmsprop.ts";
export { sgd } from "./sgd.ts";
