// Rules that train a parameter, penalties, and settings that change with the steps.
import { type Optimizer, ops, optim, type Penalty, type Schedule, schedules, update } from "../../../src/index.ts";

/** What makes a rule, a penalty or a setting; the pages show its code. */
type Made<T> = Readonly<Record<string, () => T>>;

export const optimizers: Made<Optimizer> = {
  "optim.adadelta": () => optim.adadelta(),
  "optim.adagrad": () => optim.adagrad(),
  "optim.adam": () => optim.adam(),
  "optim.adamax": () => optim.adamax(),
  "optim.adamw": () => optim.adamw(),
  "optim.asgd": () => optim.asgd(),
  "optim.custom": () =>
    optim.custom(({ w, g, lr, state }) => {
      const v = state("v");
      const next = ops.add(ops.mul(0.9, v), g);
      update(v, next);
      return ops.sub(w, ops.mul(lr, ops.sign(next)));
    }),
  "optim.lion": () => optim.lion(),
  "optim.nadam": () => optim.nadam(),
  "optim.radam": () => optim.radam(),
  "optim.rmsprop": () => optim.rmsprop({ momentum: 0.9 }),
  "optim.rprop": () => optim.rprop(),
  "optim.sgd": () => optim.sgd({ momentum: 0.9 }),
};

export const penalties: Made<Penalty> = {
  "optim.l1": () => optim.l1(0.01, "w"),
  "optim.l2": () => optim.l2(0.01, "w"),
};

export const settings: Made<Schedule> = {
  "schedules.constant": () => schedules.constant(0.1),
  "schedules.cosineAnnealing": () => schedules.cosineAnnealing(0.1, { tMax: 10 }),
  "schedules.cosineAnnealingWarmRestarts": () => schedules.cosineAnnealingWarmRestarts(0.1, { t0: 2, tMult: 2 }),
  "schedules.cyclic": () => schedules.cyclic({ baseLr: 0.01, maxLr: 0.1, stepSizeUp: 4 }).lr,
  "schedules.exponential": () => schedules.exponential(0.1, { gamma: 0.9 }),
  "schedules.inverseTime": () => schedules.inverseTime(0.1, { decay: 0.5 }),
  "schedules.lambda": () => schedules.lambda((t) => ops.div(0.1, ops.sqrt(ops.add(t, 1)))),
  "schedules.linear": () => schedules.linear(0.1),
  "schedules.multiStep": () => schedules.multiStep(0.1, { milestones: [2, 4] }),
  "schedules.noam": () => schedules.noam(1, { dModel: 64, warmupSteps: 4 }),
  "schedules.oneCycle": () => schedules.oneCycle({ maxLr: 0.1, totalSteps: 10 }).lr,
  "schedules.polynomial": () => schedules.polynomial(0.1, { totalIters: 5, power: 2 }),
  "schedules.sequential": () => schedules.sequential([schedules.linear(0.1), schedules.exponential(0.1, { gamma: 0.9 })], { milestones: [3] }),
  "schedules.step": () => schedules.step(0.1, { stepSize: 2 }),
  "schedules.warmupCosine": () => schedules.warmupCosine(0.1, { warmupSteps: 2, totalSteps: 10 }),
  "schedules.warmupLinear": () => schedules.warmupLinear(0.1, { warmupSteps: 2, totalSteps: 10 }),
};
