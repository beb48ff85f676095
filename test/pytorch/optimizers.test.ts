import { ops, optim, schedules } from "gradc";
import type { CompileOptions } from "gradc/compiler";
import { expect, it } from "vitest";
import { expectClose, type Golden, readGolden, single } from "./golden.ts";
import { parametersOf, rows, startingNet } from "./network.ts";

const { optimizers } = readGolden<{ optimizers: Readonly<Record<string, Golden>> }>("optimizers");

/** The steps after which the golden file has the parameters. */
const recorded = [1, 2, 3, 7, 12];

const biases = "*.bias";
const { adadelta, adagrad, adam, adamax, adamw, asgd, lion, nadam, radam, rmsprop, rprop, sgd } = optim;

const cycle = schedules.oneCycle({ maxLr: 0.25, totalSteps: 13 });

const options: Readonly<Record<string, CompileOptions>> = {
  sgdMaximize: { optimizer: sgd({ lr: 0.0078125, momentum: 0.5, weightDecay: 0.25, maximize: true }) },
  adamMaximize: { optimizer: adam({ lr: 0.0625, weightDecay: 0.25, maximize: true }) },
  adamwMaximize: { optimizer: adamw({ lr: 0.0625, weightDecay: 0.25, maximize: true }) },
  rmsprop: { optimizer: rmsprop() },
  rmspropAlpha: { optimizer: rmsprop({ lr: 0.0625, alpha: 0.5, eps: 0.125, weightDecay: 0.25 }) },
  rmspropCentered: { optimizer: rmsprop({ lr: 0.03125, alpha: 0.75, centered: true, eps: 0.25, maximize: true }) },
  rmspropMomentum: { optimizer: rmsprop({ lr: 0.015625, momentum: 0.75, weightDecay: 0.125 }) },
  rmspropAll: { optimizer: rmsprop({ lr: 0.015625, momentum: 0.5, centered: true, alpha: 0.875, eps: 0.0625 }) },
  adagrad: { optimizer: adagrad() },
  adagradDecay: {
    optimizer: adagrad({ lr: 0.25, lrDecay: 0.5, weightDecay: 0.25, initialAccumulatorValue: 0.5, eps: 0.125, maximize: true }),
  },
  adadelta: { optimizer: adadelta() },
  adadeltaRho: { optimizer: adadelta({ lr: 0.5, rho: 0.5, eps: 0.0625, weightDecay: 0.25, maximize: true }) },
  adamax: { optimizer: adamax() },
  adamaxBetas: { optimizer: adamax({ lr: 0.0625, betas: [0.5, 0.75], eps: 0.125, weightDecay: 0.25, maximize: true }) },
  nadam: { optimizer: nadam({ lr: 0.0625 }) },
  nadamDecay: { optimizer: nadam({ lr: 0.0625, betas: [0.75, 0.5], eps: 0.125, weightDecay: 0.25, momentumDecay: 0.5 }) },
  radam: { optimizer: radam({ lr: 0.0625 }) },
  radamBetas: { optimizer: radam({ lr: 0.0625, betas: [0.5, 0.875], eps: 0.125, weightDecay: 0.25 }) },
  radamNever: { optimizer: radam({ lr: 0.0625, betas: [0, 0] }) },
  rprop: { optimizer: rprop() },
  rpropSizes: { optimizer: rprop({ lr: 0.25, etas: [0.25, 1.5], stepSizes: [0.03125, 0.5] }) },
  asgd: { optimizer: asgd({ lr: 0.0625 }) },
  asgdAll: { optimizer: asgd({ lr: 0.0625, lambd: 0.125, alpha: 0.5, t0: 2, weightDecay: 0.25 }) },
  lion: { optimizer: lion({ lr: 0.03125 }) },
  lionDecay: { optimizer: lion({ lr: 0.03125, betas: [0.5, 0.75], weightDecay: 0.5 }) },
  groupsNoDecay: { optimizer: adamw({ lr: 0.0625, weightDecay: 0.5, groups: [{ params: biases, weightDecay: 0 }] }) },
  groupsRate: {
    optimizer: sgd({
      lr: 0.0625,
      momentum: 0.75,
      groups: [
        { params: ["hidden.*"], lr: 0.015625, momentum: 0 },
        { params: biases, momentum: 0.25 },
      ],
    }),
  },
  groupsBetas: { optimizer: adam({ lr: 0.0625, eps: 0.125, groups: [{ params: "hidden.*", betas: [0.5, 0.5], amsgrad: true }] }) },
  clipOne: { optimizer: sgd({ lr: 0.25 }), clip: { norm: 0.5, normType: 1 } },
  clipInfinity: { optimizer: sgd({ lr: 0.25 }), clip: { norm: 0.5, normType: Number.POSITIVE_INFINITY } },
  average: { optimizer: sgd({ lr: 0.125 }), average: { decay: 0.75 } },
  scheduleStep: { optimizer: sgd({ lr: schedules.step(0.125, { stepSize: 2, gamma: 0.5 }), momentum: 0.5 }) },
  scheduleOneCycle: { optimizer: sgd(schedules.oneCycle({ maxLr: 0.25, totalSteps: 13 })) },
  scheduleOneCycleAdam: { optimizer: adam({ lr: cycle.lr, betas: [cycle.momentum, 0.999] }) },
  scheduleGroup: {
    optimizer: adam({ lr: 0.03125, groups: [{ params: "hidden.*", lr: schedules.lambda((t) => ops.mul(0.0625, ops.pow(0.5, t))) }] }),
  },
};

it("covers every run", () => expect(Object.keys(options)).toEqual(Object.keys(optimizers)));

it.each(Object.entries(optimizers))("%s takes PyTorch's steps", async (name, golden) => {
  const net = await startingNet(options[name] ?? {});
  const found: number[] = [];
  for (let step = 1; step <= Math.max(...recorded); step++) {
    net.step(rows);
    if (recorded.includes(step)) found.push(...parametersOf(net, options[name]?.average && ".average"));
  }
  expectClose(found, golden, single, "parameters");
});
