// One of each optimizer, and a network that they train.
import { f32, losses, model, nn, optim, schedules } from "../../src/index.ts";
import type { Optimizer } from "../../src/optim/optimizer.ts";

export const trained = model("trained", { x: f32("batch", 3), y: f32("batch", 2) }, ({ x, y }) => {
  const hidden = nn.tanh(nn.linear(x, 4, { name: "hidden" }));
  const out = nn.linear(hidden, 2, { name: "out" });
  return { outputs: { out }, loss: losses.mse(out, y) };
});

const { adadelta, adagrad, adam, adamax, adamw, asgd, lion, nadam, radam, rmsprop, rprop, sgd } = optim;

export const optimizers: Readonly<Record<string, Optimizer>> = {
  sgd: sgd({ lr: 0.1 }),
  sgdMomentum: sgd({ lr: 0.1, momentum: 0.9, weightDecay: 0.25, dampening: 0.5 }),
  sgdNesterov: sgd({ lr: 0.1, momentum: 0.9, nesterov: true, maximize: true }),
  adam: adam({ lr: 0.1 }),
  adamAmsgrad: adam({ lr: 0.1, amsgrad: true, weightDecay: 0.25 }),
  adamw: adamw({ lr: 0.1 }),
  adadelta: adadelta({ lr: 0.5, weightDecay: 0.25 }),
  adagrad: adagrad({ lr: 0.25, lrDecay: 0.5 }),
  adamax: adamax({ lr: 0.1, weightDecay: 0.25 }),
  asgd: asgd({ lr: 0.1, lambd: 0.125, t0: 2 }),
  lion: lion({ lr: 0.1, weightDecay: 0.5 }),
  nadam: nadam({ lr: 0.1, weightDecay: 0.25 }),
  radam: radam({ lr: 0.1 }),
  rmsprop: rmsprop({ lr: 0.1 }),
  rmspropCentered: rmsprop({ lr: 0.1, centered: true, momentum: 0.5, weightDecay: 0.25 }),
  rprop: rprop({ lr: 0.1 }),
  groups: sgd({ lr: 0.1, momentum: 0.75, groups: [{ params: "*.bias", momentum: 0.25 }] }),
  scheduled: adam({ lr: schedules.step(0.1, { stepSize: 2, gamma: 0.5 }) }),
};
