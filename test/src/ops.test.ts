import { describe, expect, it } from "vitest";
import { constant, elementwise, f32, gradient, i32, nn, ops, type Tensor } from "../../src/index.ts";
import { define, outputOf, source } from "./running.ts";

const of = (data: readonly number[], shape: readonly number[], body: (x: Tensor) => Tensor): number[] =>
  outputOf({ x: f32(...shape) }, { x: source(data, shape) }, ({ x }) => body(x));

const shapeOf = (shape: readonly (number | "batch")[], body: (x: Tensor) => Tensor) =>
  define({ x: { dtype: "f32", shape } }, ({ x }) => ({ outputs: { y: body(x) } })).outputs.y?.shape;

/** The gradient of the sum of `f` at `xs`; the sign of zero does not count. */
const slopes = (xs: readonly number[], f: (x: Tensor) => Tensor): number[] =>
  of(xs, [xs.length], (x) => gradient(ops.sum(f(x)), [x])[0] as Tensor).map((slope) => slope + 0);

describe("operands", () => {
  it("broadcast from the last axis", () => {
    expect(of([1, 2], [2, 1], (x) => ops.add(x, constant([10, 20, 30])))).toEqual([11, 21, 31, 12, 22, 32]);
    expect(shapeOf(["batch", 3], (x) => ops.mul(x, 2))).toEqual(["batch", 3]);
    expect(() => shapeOf(["batch", 3], (x) => ops.add(x, constant([1, 2])))).toThrowError(expect.objectContaining({ code: "shape-mismatch" }));
    expect(() => shapeOf(["batch"], (x) => ops.add(x, constant([1, 2])))).toThrowError(/\[batch\] and \[2\]/);
  });

  it("make f32 of whole numbers that i32 does not hold", () => {
    const rows = [5, -6];
    const body = (f: (x: Tensor) => Tensor) => outputOf({ x: i32(2) }, { x: source(rows, [2], "i32") }, ({ x }) => f(x));
    expect(body((x) => ops.add(x, 1e10))).toEqual([10000000005, 9999999994]);
    expect(body((x) => ops.cast(ops.compare(x, 3e9, "lt"), "f32"))).toEqual([1, 1]);
    expect(body((x) => ops.clamp(x, 0, 4e9))).toEqual([5, 0]);
    expect(body((x) => ops.add(x, 2 ** 31 - 1))).toEqual([5 + 2 ** 31 - 1, 2 ** 31 - 7].map((value) => value | 0));
  });

  it("name the layer that fixed an extent which does not fit", () => {
    const body = (x: Tensor) => ops.add(nn.relu(nn.linear(x, 5, { name: "hidden" })), nn.linear(x, 3, { name: "other" }));
    expect(() => shapeOf(["batch", 4], body)).toThrowError(/\[batch, 5\] comes from the layer "hidden"/);
  });

  it("are promoted from bool over i32 to f32, and divide as f32", () => {
    const dtypes = define({ k: i32(2) }, ({ k }) => ({
      outputs: {
        a: ops.add(k, 1),
        b: ops.add(k, 0.5),
        c: ops.div(k, 2),
        d: ops.add(ops.compare(k, 1, "eq"), ops.compare(k, 1, "eq")),
        e: ops.exp(k),
      },
    }));
    expect(Object.values(dtypes.outputs).map(({ dtype }) => dtype)).toEqual(["i32", "f32", "f32", "i32", "f32"]);
    expect(outputOf({ k: i32(2) }, { k: source([3, 5], [2], "i32") }, ({ k }) => ops.div(k, 2))).toEqual([1.5, 2.5]);
  });

  it("must be tensors of the definition that is running", () => {
    let stray: Tensor | undefined;
    define({ x: f32(1) }, ({ x }) => {
      stray = x;
      return { outputs: { x } };
    });
    expect(() => define({ x: f32(1) }, ({ x }) => ({ outputs: { y: ops.add(x, stray as Tensor) } }))).toThrowError(
      expect.objectContaining({ code: "foreign-tensor" }),
    );
    expect(() => ops.add(1, 2)).toThrowError(expect.objectContaining({ code: "outside-definition" }));
    expect(() => shapeOf([1], (x) => ops.add(x, nn.relu as never))).toThrowError(/apply the layer to a tensor first/);
  });
});

describe("reductions", () => {
  const table = [1, 2, 3, 4, 5, 6];

  it("take axes from the end, several or all, and keep them on demand", () => {
    expect(of(table, [2, 3], (x) => ops.sum(x))).toEqual([21]);
    expect(of(table, [2, 3], (x) => ops.sum(x, { dim: -1 }))).toEqual([6, 15]);
    expect(of(table, [2, 3], (x) => ops.mean(x, { dim: 0 }))).toEqual([2.5, 3.5, 4.5]);
    expect(shapeOf([2, 3, 4], (x) => ops.sum(x, { dim: [0, -1], keepDim: true }))).toEqual([1, 3, 1]);
    expect(() => shapeOf([2, 3], (x) => ops.sum(x, { dim: 2 }))).toThrowError(expect.objectContaining({ code: "axis-out-of-range" }));
  });

  it("divide the variance by n - 1 unless another correction is stated", () => {
    expect(of([1, 2, 3, 6], [4], (x) => ops.var(x))).toEqual([14 / 3]);
    expect(of([1, 2, 3, 6], [4], (x) => ops.var(x, { correction: 0 }))).toEqual([3.5]);
    // PyTorch divides by max(0, n - correction).
    expect(of([1, 2, 3, 6], [4], (x) => ops.var(x, { correction: 5 }))).toEqual([Number.POSITIVE_INFINITY]);
    expect(of([3], [1], (x) => ops.var(x, { correction: 2 }))).toEqual([Number.NaN]);
    const rows = outputOf({ x: f32("batch", 1) }, { x: source([1, 2, 3, 6], [4, 1]) }, ({ x }) => ops.var(x, { dim: 0 }), { batch: 4 });
    expect(rows).toEqual([14 / 3]);
  });

  it("give the gradient of a tie to the first along an axis, evenly over all", () => {
    expect(slopes([3, 1, 3], (x) => ops.max(x, { dim: 0 }))).toEqual([1, 0, 0]);
    expect(slopes([3, 1, 3], (x) => ops.max(x))).toEqual([0.5, 0, 0.5]);
    expect(slopes([3, 1, 1], (x) => ops.min(x, { dim: 0 }))).toEqual([0, 1, 0]);
    expect(slopes([3, 1, 1], (x) => ops.amin(x, { dim: 0 }))).toEqual([0, 0.5, 0.5]);
    expect(slopes([2, 5], (x) => ops.max(x, 2))).toEqual([0.5, 1]);
    expect(of([1, 4, 4, 2], [2, 2], (x) => ops.max(x, { dim: [0, 1] }))).toEqual([4]);
  });

  it("take the norm's gradient as 0 at 0", () => {
    expect(of([3, 4], [2], (x) => ops.norm(x))).toEqual([5]);
    expect(slopes([0, 0], (x) => ops.norm(x))).toEqual([0, 0]);
    // The division by the length rounds once.
    expect(slopes([3, 4], (x) => ops.norm(x))[0]).toBeCloseTo(0.6, 15);
    expect(of([Number.NaN, 4], [2], (x) => ops.norm(x))).toEqual([Number.NaN]);
  });

  it("find the first largest element", () => {
    expect(of([1, 5, 5, 7, 7, 0], [2, 3], (x) => ops.argmax(x, { dim: 1 }))).toEqual([1, 0]);
    expect(of([1, 5, 5, 7, 7, 0], [2, 3], (x) => ops.argmax(x))).toEqual([3]);
  });
});

describe("softmax and log-sum-exp", () => {
  it("do not overflow", () => {
    expect(of([1000, 1000], [2], (x) => ops.softmax(x))).toEqual([0.5, 0.5]);
    expect(of([1000, 1000], [2], (x) => ops.logSumExp(x))).toEqual([1000 + Math.LN2]);
    expect(of([-1000, 0], [1, 2], (x) => ops.logSoftmax(x, { dim: 1 }))).toEqual([-1000, 0]);
  });

  it("of a row of -infinity are NaN and -infinity", () => {
    const low = Number.NEGATIVE_INFINITY;
    expect(of([low, low], [2], (x) => ops.softmax(x))).toEqual([Number.NaN, Number.NaN]);
    expect(of([low, low], [2], (x) => ops.logSumExp(x))).toEqual([low]);
    expect(shapeOf(["batch", 3, 2], (x) => ops.logSumExp(x, { dim: 1 }))).toEqual(["batch", 2]);
  });
});

describe("clamp", () => {
  it("has gradient 1 on the bounds and 0 at NaN, and keeps NaN", () => {
    expect(of([-2, 0, 0.5, 1, 3, Number.NaN], [6], (x) => ops.clamp(x, 0, 1))).toEqual([0, 0, 0.5, 1, 1, Number.NaN]);
    expect(slopes([-2, 0, 0.5, 1, 3, Number.NaN], (x) => ops.clamp(x, 0, 1))).toEqual([0, 1, 1, 1, 0, 0]);
    expect(of([-2, 3], [2], (x) => ops.clamp(x, { min: 0 }))).toEqual([0, 3]);
  });
});

describe("movement", () => {
  const table = [1, 2, 3, 4, 5, 6];

  it("reshapes with the batch or an inferred extent", () => {
    expect(shapeOf(["batch", 1, 28, 28], (x) => ops.reshape(x, ["batch", 784]))).toEqual(["batch", 784]);
    expect(shapeOf(["batch", 4, 5], (x) => ops.reshape(x, [-1, 5]))).toEqual(["batch·4", 5]);
    expect(() => shapeOf([2, 3], (x) => ops.reshape(x, [-1, 4]))).toThrowError(expect.objectContaining({ code: "shape-mismatch" }));
  });

  it("transposes, splits, stacks and flips", () => {
    expect(of(table, [2, 3], (x) => ops.transpose(x))).toEqual([1, 4, 2, 5, 3, 6]);
    expect(of(table, [2, 3], (x) => ops.split(x, 2, { dim: 1 })[1] as Tensor)).toEqual([3, 6]);
    expect(of(table, [2, 3], (x) => ops.split(x, [1, 2], { dim: 1 })[1] as Tensor)).toEqual([2, 3, 5, 6]);
    expect(of([1, 2], [2], (x) => ops.stack([x, ops.mul(x, 10)], { dim: -1 }))).toEqual([1, 10, 2, 20]);
    expect(of(table, [2, 3], (x) => ops.flip(x, { dim: -1 }))).toEqual([3, 2, 1, 6, 5, 4]);
    expect(() => shapeOf([2, 3], (x) => ops.split(x, [1, 1], { dim: 1 })[0] as Tensor)).toThrowError(/add up to 3/);
  });
});

describe("contractions", () => {
  it("multiply matrices, vectors and stacks of matrices", () => {
    expect(
      of([1, 2, 3, 4], [2, 2], (x) =>
        ops.matmul(
          x,
          constant([
            [5, 6],
            [7, 8],
          ]),
        ),
      ),
    ).toEqual([19, 22, 43, 50]);
    expect(
      of([1, 2], [2], (x) =>
        ops.matmul(
          x,
          constant([
            [5, 6],
            [7, 8],
          ]),
        ),
      ),
    ).toEqual([19, 22]);
    expect(of([1, 2], [2], (x) => ops.matmul(x, x))).toEqual([5]);
    expect(shapeOf(["batch", 1, 2, 3], (x) => ops.matmul(x, ops.broadcast(1, [4, 3, 5])))).toEqual(["batch", 4, 2, 5]);
    expect(() => shapeOf([2, 3], (x) => ops.matmul(x, x))).toThrowError(expect.objectContaining({ code: "shape-mismatch" }));
  });

  it("follow labels, sum what the result leaves out, and take several tensors", () => {
    const x = [1, 2, 3, 4, 5, 6];
    expect(of(x, [2, 3], (a) => ops.einsum("ij->ji", a))).toEqual([1, 4, 2, 5, 3, 6]);
    expect(
      of(x, [2, 3], (a) =>
        ops.einsum(
          "ij,kj->i",
          a,
          constant([
            [1, 1, 1],
            [2, 2, 2],
          ]),
        ),
      ),
    ).toEqual([18, 45]);
    expect(
      of(x, [2, 3], (a) =>
        ops.einsum(
          "ij,jk,k->i",
          a,
          constant([
            [1, 0],
            [0, 1],
            [1, 1],
          ]),
          constant([1, 10]),
        ),
      ),
    ).toEqual([54, 120]);
    expect(of([1, 2], [2], (a) => ops.einsum("i,j->ji", a, constant([10, 20])))).toEqual([10, 20, 20, 40]);
    expect(of([1, 2], [2], (a) => ops.einsum("i,i", a, a))).toEqual([5]);
  });

  it("refuse labels without meaning", () => {
    const refused = (spec: string) =>
      expect(() => shapeOf([2, 2], (x) => ops.einsum(spec, x))).toThrowError(expect.objectContaining({ code: "invalid-labels" }));
    expect(() => shapeOf([2, 3], (x) => ops.einsum("ii->i", x))).toThrowError(/"i" has the extents 2 and 3/);
    for (const spec of ["ij->ii", "ij->k", "ijk->i", "...ijk->i", "..j->j", "ij->j->j", "ij,j->i"]) refused(spec);
  });
});

describe("convolution", () => {
  const image = Array.from({ length: 16 }, (_, i) => i);

  it("moves kernels with stride, padding and dilation", () => {
    const sum = (options = {}) =>
      of(image, [1, 1, 4, 4], (x) =>
        ops.conv2d(
          x,
          constant([
            [
              [
                [1, 1],
                [1, 1],
              ],
            ],
          ]),
          options,
        ),
      );
    expect(sum()).toEqual([10, 14, 18, 26, 30, 34, 42, 46, 50]);
    expect(sum({ stride: 2 })).toEqual([10, 18, 42, 50]);
    expect(sum({ stride: 2, padding: 1 })).toEqual([0, 3, 3, 12, 30, 18, 12, 27, 15]);
    expect(sum({ dilation: 3 })).toEqual([30]);
    expect(sum({ bias: 100, stride: 2 })).toEqual([110, 118, 142, 150]);
  });

  it("keeps groups of channels apart", () => {
    const y = of([1, 2, 3, 4], [1, 2, 1, 2], (x) => ops.conv2d(x, constant([10, 1], [2, 1, 1, 1]), { groups: 2 }));
    expect(y).toEqual([10, 20, 3, 4]);
    expect(() => shapeOf(["batch", 3, 4, 4], (x) => ops.conv2d(x, constant([1, 1], [2, 1, 1, 1])))).toThrowError(/shape-mismatch|channels/);
  });
});

describe("elementwise", () => {
  it("translates arrows and formulas over broadcast arguments", () => {
    expect(of([-1, 2], [2], (x) => elementwise((a: number, b: number) => Math.abs(a - b))(x, 1))).toEqual([2, 1]);
    expect(of([3, 4], [2], (x) => elementwise("a^2 + k", { k: 1 })(x))).toEqual([10, 17]);
  });

  const refused = (body: (x: Tensor) => Tensor, error: object) => expect(() => of([1], [1], body)).toThrowError(expect.objectContaining(error));

  it("refuses a name of a formula without an argument, by name", () => {
    refused((x) => elementwise("a + b")(x), {
      code: "unbound-name",
      message: expect.stringMatching(/"a \+ b" uses "b".*\n.* 1 argument\n.*2: a, b/),
    });
    refused((x) => elementwise("tau*v*k")(x), { code: "unbound-name", message: expect.stringContaining('uses "v"') });
    refused((x) => elementwise("sin v")(x), {
      code: "unbound-name",
      message: expect.stringContaining('uses "sin"'),
      help: expect.stringContaining("sin(...)"),
    });
    refused((x) => elementwise("v * abs w")(x), { help: expect.stringContaining("abs(...)") });
  });

  it("refuses arguments that no name takes", () => {
    refused((x) => elementwise("a")(x, x), { code: "setting-out-of-range", message: expect.stringContaining("expected  1: a") });
    refused((x) => elementwise("3")(x), {
      code: "setting-out-of-range",
      message: expect.stringContaining("expected  none: the function has no names"),
    });
    refused((x) => elementwise((a: number, b: number) => a + b)(x), { code: "setting-out-of-range" });
  });
});
