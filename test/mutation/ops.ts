// Mistakes in the records of primitives and in the chain rule.
import type { Mutant } from "./mutant.ts";

const ops = (file: string) => `compiler/ops/${file}.ts`;
const mathjs = ["test/compiler/ops/mathjs.test.ts"];
const gradients = ["test/compiler/ops/gradients.test.ts"];
const kinks = ["test/compiler/ops/kinks.test.ts"];
const values = ["test/compiler/ops/values.test.ts"];

export const opMutants: readonly Mutant[] = [
  {
    name: "gradient of a quotient by its divisor has the wrong sign",
    file: ops("arithmetic"),
    from: "build.mul(build.neg(g), build.div(z, y))",
    to: "build.mul(g, build.div(z, y))",
    tests: mathjs,
  },
  {
    name: "gradient of sigmoid lacks a factor",
    file: ops("transcendental"),
    from: "build.mul(g, build.mul(y, build.sub(build.fill(y, 1), y)))",
    to: "build.mul(g, build.sub(build.fill(y, 1), y))",
    tests: mathjs,
  },
  {
    name: "gradient of erf has another constant",
    file: ops("transcendental"),
    from: "build.fill(x, 2 / Math.sqrt(Math.PI))",
    to: "build.fill(x, Math.sqrt(2 / Math.PI))",
    tests: gradients,
  },
  {
    name: "gradient of cos lacks its sign",
    file: ops("transcendental"),
    from: "build.mul(g, build.neg(build.sin(x)))",
    to: "build.mul(g, build.sin(x))",
    tests: gradients,
  },
  {
    name: "minimum and maximum give all of the gradient to both in a tie",
    file: ops("arithmetic"),
    from: "build.mul(build.fill(g, 0.5), g)",
    to: "g",
    tests: kinks,
  },
  {
    name: "x^0 has a slope",
    file: ops("arithmetic"),
    from: 'zeroWhere(build.compare(p, build.fill(p, 0), "eq"), gradient)',
    to: "gradient",
    tests: kinks,
  },
  {
    name: "max does not share the gradient of ties",
    file: ops("reduction"),
    from: 'build.div(g, build.sum(build.cast(equal, "f32"), axes))',
    to: "g",
    tests: kinks,
  },
  {
    name: "the gradient of slice is padded on the other side",
    file: ops("movement"),
    from: "build.pad(g, start, high, 0)",
    to: "build.pad(g, high, start, 0)",
    tests: gradients,
  },
  {
    name: "the gradient of permute is not the inverse",
    file: ops("movement"),
    from: "[build.permute(g, inverse(order))]",
    to: "[build.permute(g, order)]",
    tests: gradients,
  },
  {
    name: "scatterAdd gives a gradient to what it dropped",
    file: ops("indexing"),
    from: "insideOnly(build.gather(g, index as Node), index as Node, extent)",
    to: "build.gather(g, index as Node)",
    tests: kinks,
  },
  {
    name: "shape of concat: extents are not added",
    file: ops("movement"),
    from: "extents.reduce((total, extent) => total + extent)",
    to: "extents.reduce((total, extent) => Math.max(total, extent))",
    tests: ["test/compiler/ops/samples.test.ts", ...values],
  },
  {
    name: "shape of window: one window too few",
    file: ops("windows"),
    from: "Math.floor((extent - dilation * (size - 1) - 1) / stride) + 1",
    to: "Math.floor((extent - dilation * (size - 1) - 1) / stride)",
    tests: values,
  },
  {
    name: "shape of contract: extents of one letter may differ",
    file: ops("contraction"),
    from: "(extents.get(letter) ?? shape[axis]) === shape[axis] && ",
    to: "",
    tests: ["test/compiler/ops/errors.test.ts"],
  },
  {
    name: "round goes away from zero at halves",
    file: ops("rounding"),
    from: "2 * Math.round(x / 2)",
    to: "Math.round(x)",
    tests: ["test/compiler/wasm/elementwise.test.ts", ...values],
  },
  {
    name: "the chain rule keeps one of several contributions",
    file: "compiler/calculus/differentiate.ts",
    from: "terms.set(x, [...(terms.get(x) ?? []), g])",
    to: "terms.set(x, [g])",
    tests: ["test/compiler/calculus/differentiate.test.ts"],
  },
];
