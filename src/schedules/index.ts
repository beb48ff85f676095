// `schedules.*`: settings that change with the steps, as graphs inside the compiled step.
export { lambda, sequential } from "./compose.ts";
export { cosineAnnealing, cosineAnnealingWarmRestarts } from "./cosine.ts";
export { cyclic, oneCycle } from "./cycles.ts";
export { constant, exponential, inverseTime, linear, multiStep, polynomial, step } from "./decay.ts";
export type { Schedule, Setting } from "./schedule.ts";
export { noam, warmupCosine, warmupLinear } from "./warmup.ts";
