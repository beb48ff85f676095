import { beforeAll, describe, expect, test } from "vitest";
import { load } from "../../runtime/index.ts";
import { compile } from "../../src/compile.ts";
import { elementwise, f32, gradient, i32, model, ops, parameter, type Tensor } from "../../src/index.ts";
import { withRelaxed } from "../support/relaxed.ts";

/** Of each choice: where it is taken, `slopes` are those of the branch that is taken there. */
interface Choice {
  readonly at: readonly number[];
  readonly shape?: readonly number[];
  readonly of: (x: Tensor, given: Given) => Tensor;
  readonly slopes: readonly number[];
}

const given = { mask: [0, 1, 0, 1], first: [1, 0, 0, 0], rows: [0, 1], unknown: [Number.NaN, 1, Number.POSITIVE_INFINITY, 2] };
type Given = Readonly<Record<keyof typeof given, Tensor>>;

const scalar = (f: (x: number) => number | boolean) => (x: Tensor) => elementwise(f)(x);
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const far = [-1e4, -100, -1, 0, 1, 100, 1e4];
const slope = (x: Tensor, of: (x: Tensor) => Tensor): Tensor => gradient(ops.sum(of(x)), [x])[0] as Tensor;
const unit = (x: Tensor, norm: Tensor): Tensor => ops.where(ops.compare(norm, 0, "gt"), ops.div(x, norm), 0);
const logs = (x: Tensor): Tensor => ops.log(x);

const choices: Record<string, Choice> = {
  "sin(x)/x": { at: [0, 1], of: scalar((x) => (x === 0 ? 1 : Math.sin(x) / x)), slopes: [0, Math.cos(1) - Math.sin(1)] },
  "x log x": { at: [0, 1, -2], of: scalar((x) => (x > 0 ? x * Math.log(x) : 0)), slopes: [0, 1, 0] },
  root: { at: [-1, 0, 4], of: scalar((x) => (x > 0 ? Math.sqrt(x) : x)), slopes: [1, 1, 0.25] },
  reciprocal: { at: [0, 2, -4], of: scalar((x) => (x !== 0 ? 1 / x : 0)), slopes: [0, -0.25, -1 / 16] },
  elu: { at: [-1e4, -1, 0, 100, 1e4], of: scalar((x) => (x > 0 ? x : Math.exp(x) - 1)), slopes: [0, Math.exp(-1), 1, 1, 1] },
  "a sigmoid in two halves": {
    at: far,
    of: scalar((x) => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x)))),
    slopes: far.map((x) => sigmoid(x) * sigmoid(-x)),
  },
  "a choice within each branch": {
    at: [-4, -0.5, 0, 1, 3],
    of: scalar((x) => (x < 0 ? (x < -1 ? Math.sqrt(-x) : 1 / x) : x > 2 ? Math.log(x - 2) : x * x)),
    slopes: [-0.25, -4, 0, 2, 1],
  },
  "a product that overflows": { at: [1e10, 2, -1e20], of: scalar((x) => (Math.abs(x) < 1e3 ? x * x * x * x : x)), slopes: [1, 32, 1] },
  "a power": { at: [0, 4, -1], of: scalar((x) => (x > 0 ? x ** 0.5 : 0)), slopes: [0, 0.25, 0] },
  "a power of itself": { at: [0, 2, -1], of: scalar((x) => (x > 0 ? x ** x : 0)), slopes: [0, 4 * (1 + Math.LN2), 0] },
  "max over a logarithm": { at: [0, 4, 0.5], of: scalar((x) => Math.max(Math.log(x), 0)), slopes: [0, 0.25, 0] },
  "min over a quotient": { at: [0, 4, 0.01], of: scalar((x) => Math.min(1 / x, 10)), slopes: [0, -1 / 16, 0] },
  "abs as a guard": { at: [0, 4, -2], of: scalar((x) => (Math.abs(x) > 0.5 ? Math.log(Math.abs(x)) : 0)), slopes: [0, 0.25, -0.5] },
  "a condition that is a choice": { at: [0, 4, 0.5], of: scalar((x) => (x > 0 && Math.log(x) > 0 ? Math.log(x) : 0)), slopes: [0, 0.25, 0] },
  clamp: { at: [0, 4, 0.01], of: (x) => ops.clamp(ops.log(x), { min: -1 }), slopes: [0, 0.25, 0] },
  "a condition of whole numbers": { at: [0, 4, -1, 2], of: (x, { mask }) => ops.where(mask, ops.log(x), 0), slopes: [0, 0.25, 0, 0.5] },
  "targets that are not known": {
    at: [1, 2, 3, 4],
    of: (x, { mask, unknown }) => ops.where(mask, ops.square(ops.sub(x, unknown)), 0),
    slopes: [0, 2, 0, 4],
  },
  "one value behind two choices": {
    at: [0, 1.5, 4],
    of: (x) => ops.add(...([1, 2].map((limit) => ops.where(ops.compare(x, limit, "gt"), logs(x), 0)) as [Tensor, Tensor])),
    slopes: [0, 1 / 1.5, 0.5],
  },
  "a mask of rows": {
    at: [0, -1, 2, 4],
    shape: [2, 2],
    of: (x, { rows }) => ops.where(ops.reshape(rows, [2, 1]), ops.log(x), 0),
    slopes: [0, 0, 0.5, 0.25],
  },
  "a value that is repeated": {
    at: [0, 2],
    shape: [2, 1],
    of: (x, { mask }) => ops.where(ops.mul(ops.reshape(mask, [2, 2]), ops.cast(ops.compare(x, 0, "gt"), "i32")), ops.log(x), 0),
    slopes: [0, 0.5],
  },
  "a value for all": { at: [0, 0], of: (x, { mask }) => ops.where(ops.sub(mask, mask), ops.log(ops.sum(x)), 0), slopes: [0, 0] },
  "a sum": {
    at: [0, 2, 1, 2],
    shape: [2, 2],
    of: (x, { rows }) => ops.where(rows, ops.sum(ops.mul(x, ops.log(x)), { dim: 1 }), 0),
    slopes: [0, 0, 1, 1 + Math.LN2],
  },
  "the largest": {
    at: [0, 0, 4, 2],
    shape: [2, 2],
    of: (x, { rows }) => ops.where(rows, ops.max(ops.log(x), { dim: 1 }), 0),
    slopes: [0, 0, 0.25, 0],
  },
  "a reshape": { at: [0, 4, -1, 1], shape: [2, 2], of: (x, { mask }) => ops.where(mask, ops.reshape(ops.log(x), [4]), 0), slopes: [0, 0.25, 0, 1] },
  "a permutation": {
    at: [0, -1, 4, 1],
    shape: [2, 2],
    of: (x, { mask }) => ops.where(ops.reshape(mask, [2, 2]), ops.permute(ops.log(x), [1, 0]), 0),
    slopes: [0, 0, 0.25, 1],
  },
  "a flip": { at: [2, 0, 4, -1], of: (x, { mask }) => ops.where(mask, ops.flip(ops.log(x)), 0), slopes: [0.5, 0, 0.25, 0] },
  "a slice": { at: [3, 0, 4, 1], of: (x, { rows }) => ops.where(rows, ops.slice(ops.log(x), [1], [2]), 0), slopes: [0, 0, 0.25, 0] },
  "padding and a concatenation": {
    at: [4, 0],
    of: (x, { first }) => ops.where(first, ops.concat([ops.log(x), ops.pad(ops.slice(ops.log(x), [0], [1]), [1], [0])]), 0),
    slopes: [0.25, 0],
  },
  "a length, guarded": { at: [0, 0, 3, 4], shape: [2, 2], of: (x) => unit(x, ops.norm(x, { dim: 1, keepDim: true })), slopes: [0, 0, 0.032, -0.024] },
  "a length by hand, guarded": {
    at: [0, 0, 3, 4],
    shape: [2, 2],
    of: (x) => unit(x, ops.sqrt(ops.sum(ops.square(x), { dim: 1, keepDim: true }))),
    slopes: [0, 0, 0.032, -0.024],
  },
  "the slope of x log x": {
    at: [0, 2, -1],
    of: (x) =>
      slope(
        x,
        scalar((v) => (v > 0 ? v * Math.log(v) : 0)),
      ),
    slopes: [0, 0.5, 0],
  },
  "the slope of sin(x)/x": {
    at: [0, 1],
    of: (x) =>
      slope(
        x,
        scalar((v) => (v === 0 ? 1 : Math.sin(v) / v)),
      ),
    slopes: [0, Math.sin(1) - 2 * Math.cos(1)],
  },
};

describe("the derivative of c ? a : b is c ? a' : b': nothing of the branch that is not taken reaches it", () => {
  const found: Record<string, Readonly<Record<string, Float32Array>>> = {};
  const nameOf = (i: number) => `w${i}`;
  beforeAll(async () => {
    const inputs = { mask: i32(4), first: i32(4), rows: i32(2), unknown: f32(4) };
    const definition = model("choices", inputs, (tensors) => {
      const sums = Object.values(choices).map(({ at, shape = [at.length], of }, i) =>
        ops.sum(of(parameter(shape, { name: nameOf(i), init: at }), tensors)),
      );
      return { outputs: { loss: sums.reduce((a, b) => ops.add(a, b)) }, loss: sums.reduce((a, b) => ops.add(a, b)) };
    });
    const built = await compile(definition, { profile: "fast" });
    for (const [profile, source] of Object.entries({ exact: built.wasm, fast: built.fast as Uint8Array })) {
      found[profile] = (await withRelaxed(() => load(source))).gradients(given).gradients;
    }
  });

  test.each(Object.entries(choices).map(([name, choice], i) => [name, choice, i] as const))("%s", (_, { slopes }, i) => {
    for (const gradients of Object.values(found)) {
      expect(gradients[nameOf(i)]?.length).toBe(slopes.length);
      // Some ten roundings of 6e-8 each, of terms of about 1.
      for (const [k, wanted] of slopes.entries()) expect(gradients[nameOf(i)]?.[k]).toBeCloseTo(wanted, 5);
    }
    expect(Object.keys(found)).toEqual(["exact", "fast"]);
  });
});
