import { optim } from "gradc";
import type { CompileOptions } from "gradc/compiler";
import { expect, it } from "vitest";
import { expectClose, type Golden, readGolden, single } from "./golden.ts";
import { parametersOf, rows, startingNet } from "./network.ts";

/** The losses before each of 20 steps and the parameters after it. */
interface Run {
  readonly losses: Golden;
  readonly trajectory: Golden;
}

const { runs } = readGolden<{ runs: Readonly<Record<string, Run>> }>("training");

const { sgd, adam, adamw } = optim;

const options: Readonly<Record<string, CompileOptions>> = {
  sgd: { optimizer: sgd({ lr: 0.125 }) },
  sgdDecay: { optimizer: sgd({ lr: 0.125, weightDecay: 0.25 }) },
  sgdMomentum: { optimizer: sgd({ lr: 0.0625, momentum: 0.75 }) },
  sgdMomentumDecay: { optimizer: sgd({ lr: 0.0625, momentum: 0.75, weightDecay: 0.125 }) },
  sgdDampening: { optimizer: sgd({ lr: 0.0625, momentum: 0.75, dampening: 0.5 }) },
  sgdDampeningAll: { optimizer: sgd({ lr: 0.0625, momentum: 0.75, dampening: 1 }) },
  sgdNesterov: { optimizer: sgd({ lr: 0.0625, momentum: 0.75, nesterov: true, weightDecay: 0.0625 }) },
  sgdSchedule: { optimizer: sgd({ lr: 0.125, momentum: 0.5 }) },
  adam: { optimizer: adam({ lr: 0.0625 }) },
  adamDefaults: { optimizer: adam() },
  adamBetas: { optimizer: adam({ lr: 0.0625, betas: [0.5, 0.75] }) },
  adamNoBetas: { optimizer: adam({ lr: 0.0625, betas: [0, 0], eps: 0.5 }) },
  adamEps: { optimizer: adam({ lr: 0.0625, eps: 0.25 }) },
  adamDecay: { optimizer: adam({ lr: 0.0625, weightDecay: 0.25 }) },
  adamAmsgrad: { optimizer: adam({ lr: 0.25, betas: [0.5, 0.5], amsgrad: true }) },
  adamAmsgradDecay: { optimizer: adam({ lr: 0.25, betas: [0.75, 0.5], amsgrad: true, weightDecay: 0.125 }) },
  adamSchedule: { optimizer: adam({ lr: 0.0625 }) },
  adamw: { optimizer: adamw({ lr: 0.0625 }) },
  adamwDecay: { optimizer: adamw({ lr: 0.0625, weightDecay: 0.5, amsgrad: true }) },
  clipNorm: { optimizer: sgd({ lr: 0.25 }), clip: { norm: 0.5 } },
  clipNormDecay: { optimizer: adam({ lr: 0.0625, weightDecay: 0.25 }), clip: { norm: 0.25 } },
  clipNormNever: { optimizer: sgd({ lr: 0.125 }), clip: { norm: 1024 } },
  clipValue: { optimizer: sgd({ lr: 0.25, momentum: 0.5 }), clip: { value: 0.125 } },
};

/** The learning rate from step 10 on, where it changes. */
const schedules: Readonly<Record<string, number>> = { sgdSchedule: 0.03125, adamSchedule: 0.25 };

it("covers every run", () => expect(Object.keys(options)).toEqual(Object.keys(runs)));

it.each(Object.entries(runs))("%s takes PyTorch's 20 steps", async (name, run) => {
  const net = await startingNet(options[name] ?? {});
  const found: { losses: number[]; trajectory: number[] } = { losses: [], trajectory: [] };
  for (let step = 0; step < 20; step++) {
    if (step === 10 && schedules[name] !== undefined) net.setHyper({ lr: schedules[name] });
    found.losses.push(net.step(rows).loss);
    found.trajectory.push(...parametersOf(net));
  }
  expectClose(found.losses, run.losses, single, "loss");
  expectClose(found.trajectory, run.trajectory, single, "parameters");
});
