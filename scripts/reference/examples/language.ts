// What definitions are made of beside layers and ops.
import {
  constant,
  elementwise,
  f32,
  gradient,
  ops,
  parameter,
  recompute,
  state,
  stopGradient,
  type Tensor,
  training,
  update,
  withGradient,
} from "../../../src/index.ts";
import { type Examples, example } from "./example.ts";

const x = f32("batch", 3);

export const language: Examples = {
  constant: example({ x }, ({ x }) => ops.mul(x, constant([1, 2, 3]))),
  elementwise: example({ x }, ({ x }) => elementwise("x * tanh(x)")(x)),
  gradient: example({ x }, ({ x }) => {
    const [slope = x] = gradient(ops.sum(ops.exp(x)), [x]);
    return ops.mul(x, slope);
  }),
  parameter: example({ x }, ({ x }) => ops.mul(x, parameter([3], { init: "ones", name: "scale" }))),
  recompute: example({ x }, ({ x }) => recompute((h: Tensor) => ops.tanh(ops.exp(h)))(x)),
  state: example({ x }, ({ x }) => ops.sub(x, state("center", [3]))),
  stopGradient: example({ x }, ({ x }) => ops.mul(x, stopGradient(x))),
  training: example({ x }, ({ x }) => ops.where(training(), ops.mul(2, x), x)),
  update: example({ x }, ({ x }) => {
    const count = state("count", []);
    update(count, ops.add(count, 1));
    return ops.mul(x, count);
  }),
  withGradient: example({ x }, ({ x }) =>
    withGradient(
      (x: Tensor) => ops.round(x),
      (delta) => delta,
    )(x),
  ),
};
