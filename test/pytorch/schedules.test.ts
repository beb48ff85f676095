import { model, ops, optim, parameter, type Schedule, schedules } from "gradc";
import { compile } from "gradc/compiler";
import { load } from "gradc/runtime";
import { beforeAll, expect, it } from "vitest";
import { expectClose, type Golden, readGolden, single } from "./golden.ts";

const { schedules: wanted } = readGolden<{ schedules: Readonly<Record<string, { readonly lr: Golden; readonly momentum?: Golden }>> }>("optimizers");

type Cycle = { readonly lr: Schedule; readonly momentum?: Schedule };
const rate = (lr: Schedule): Cycle => ({ lr });
const { constant, linear, step, multiStep, exponential, polynomial, inverseTime, cosineAnnealing, cosineAnnealingWarmRestarts } = schedules;

/** Each with the base 0.5, as in the golden file. */
const cases: Readonly<Record<string, Cycle>> = {
  constant: rate(constant(0.5)),
  constantFactor: rate(constant(0.5, { factor: 0.25, totalIters: 7 })),
  linear: rate(linear(0.5)),
  linearDown: rate(linear(0.5, { startFactor: 0.75, endFactor: 0.125, totalIters: 11 })),
  step: rate(step(0.5, { stepSize: 5 })),
  stepGamma: rate(step(0.5, { stepSize: 3, gamma: 0.75 })),
  multiStep: rate(multiStep(0.5, { milestones: [3, 8, 8, 20], gamma: 0.5 })),
  exponential: rate(exponential(0.5, { gamma: 0.875 })),
  polynomial: rate(polynomial(0.5)),
  polynomialPower: rate(polynomial(0.5, { totalIters: 17, power: 2.5 })),
  inverseTime: rate(inverseTime(0.5, { decay: 0.25 })),
  cosineAnnealing: rate(cosineAnnealing(0.5, { tMax: 10, etaMin: 0.125 })),
  cosineAnnealingEvery: rate(cosineAnnealing(0.5, { tMax: 10, etaMin: 0.125, every: 4 })),
  cosineAnnealingWarmRestarts: rate(cosineAnnealingWarmRestarts(0.5, { t0: 5 })),
  cosineAnnealingWarmRestartsLonger: rate(cosineAnnealingWarmRestarts(0.5, { t0: 3, tMult: 2, etaMin: 0.0625 })),
  cyclic: schedules.cyclic({ baseLr: 0.125, maxLr: 0.5, stepSizeUp: 4 }),
  cyclicTriangular2: schedules.cyclic({ baseLr: 0.125, maxLr: 0.5, stepSizeUp: 3, stepSizeDown: 5, mode: "triangular2" }),
  cyclicRange: schedules.cyclic({ baseLr: 0.125, maxLr: 0.5, stepSizeUp: 4, mode: "expRange", gamma: 0.875 }),
  oneCycle: schedules.oneCycle({ maxLr: 0.5, totalSteps: 25 }),
  oneCycleLinear: schedules.oneCycle({
    maxLr: 0.5,
    totalSteps: 25,
    pctStart: 0.5,
    annealStrategy: "linear",
    divFactor: 4,
    finalDivFactor: 8,
    baseMomentum: 0.5,
    maxMomentum: 0.75,
  }),
  oneCycleThreePhase: schedules.oneCycle({ maxLr: 0.5, totalSteps: 25, pctStart: 0.25, threePhase: true }),
  sequential: rate(schedules.sequential([linear(0.5, { startFactor: 0.25, totalIters: 6 }), exponential(0.5, { gamma: 0.75 })], { milestones: [6] })),
};

const names = Object.keys(wanted);
const steps = 24;
/** By case, what a parameter of its name is in each step. */
const trained = new Map(names.map((name) => [name, [] as number[]]));

// A rule by which a parameter becomes its learning rate: a group for each case.
beforeAll(async () => {
  const all = model("all", {}, () => {
    const terms = names.map((name) => parameter([], { name }));
    return { outputs: { terms: ops.stack(terms) }, loss: ops.sum(ops.square(ops.stack(terms))) };
  });
  const groups = names.map((params) => ({ params, lr: (cases[params] as Cycle).lr }));
  const net = await load(await compile(all, { optimizer: optim.custom(({ lr }) => lr, { groups }) }));
  for (let step = 0; step < steps; step++) {
    net.step({});
    for (const [name, values] of trained) values.push(net.read(name)[0] as number);
  }
});

it("covers every case", () => expect(Object.keys(cases)).toEqual(names));

it.each(names)("%s has PyTorch's values", (name) => {
  const { lr, momentum } = cases[name] as Cycle;
  const valuesOf = (schedule: Schedule) => Array.from({ length: steps }, (_, t) => schedule.at(t));
  const { lr: rates, momentum: momenta } = wanted[name] as (typeof wanted)[string];
  expectClose(valuesOf(lr), rates, single, "at");
  expectClose(trained.get(name), rates, single, "in the step");
  if (momenta) expectClose(valuesOf(momentum as Schedule), momenta, single, "momentum");
});
