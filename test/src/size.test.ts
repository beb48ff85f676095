// `ops.size`: PyTorch's `x.size(dim)` as a value of the graph, of every axis and of the batch of the call.
import { compile, interpret } from "gradc/compiler";
import { load } from "gradc/runtime";
import { expect, it } from "vitest";
import { f32, gradient, losses, model, nn, ops, type Tensor } from "../../src/index.ts";
import { define, outputOf, source } from "./running.ts";

const sized = model("sized", { x: f32("batch", 3), y: f32("batch", 1) }, ({ x, y }) => {
  const rows = ops.size(x, { dim: 0 });
  const width = ops.size(x, { dim: -1 });
  const elements = ops.size(ops.reshape(x, ["batch·3"]), { dim: 0 });
  const p = ops.div(nn.linear(x, 1, { name: "p", init: { weight: 1 } }), width);
  return { outputs: { p, share: ops.div(x, rows), width, elements }, loss: ops.div(ops.sum(ops.square(ops.sub(p, y))), rows) };
});
const plain = model("plain", { x: f32("batch", 3), y: f32("batch", 1) }, ({ x, y }) => {
  const p = ops.div(nn.linear(x, 1, { name: "p", init: { weight: 1 } }), 3);
  return { outputs: { p }, loss: losses.mse(p, y) };
});

const rowsOf = (n: number) => ({ x: Float32Array.from({ length: 3 * n }, (_, at) => (at % 7) - 3), y: new Float32Array(n).fill(0.5) });

it("is an f32 scalar, and the divisor of a mean", () => {
  const declared = define({ x: f32("batch", 4, 5) }, ({ x }) => {
    const [rows, middle, last] = [0, 1, -1].map((dim) => ops.size(x, { dim }));
    return { outputs: { rows: rows as Tensor, middle: middle as Tensor, last: last as Tensor, mean: ops.mean(x, { dim: 0 }) } };
  });
  for (const name of ["rows", "middle", "last"]) expect(declared.outputs[name]).toMatchObject({ shape: [], dtype: "f32" });
  expect(outputOf({ x: f32("batch", 2) }, { x: source(Array(6).fill(0), [3, 2]) }, ({ x }) => ops.size(x, { dim: 0 }), { batch: 3 })).toEqual([3]);
  expect(outputOf({ x: f32(0, 2) }, { x: source([], [0, 2]) }, ({ x }) => ops.size(x, { dim: 0 }))).toEqual([0]);
  const same = define({ x: f32("batch", 4) }, ({ x }) => ({
    outputs: { mean: ops.mean(x, { dim: 0 }), own: ops.div(ops.sum(x, { dim: 0 }), ops.size(x, { dim: 0 })) },
  }));
  expect(same.outputs.own).toBe(same.outputs.mean);
});

it("is the number of rows of the call in a module, and of all parts where rows are combined", async () => {
  const net = await load(await compile(sized, { batch: 8 }));
  const other = await load(await compile(plain, { batch: 8 }));
  for (const n of [1, 5, 8]) {
    const { share, width, elements } = net.predict(rowsOf(n));
    expect([width, elements]).toEqual([new Float32Array([3]), new Float32Array([3 * n])]);
    expect(share).toEqual(rowsOf(n).x.map((value) => value / n));
  }
  for (const n of [1, 8, 21]) expect(net.evaluate(rowsOf(n)).loss).toBe(other.evaluate(rowsOf(n)).loss);
  expect(net.gradients(rowsOf(5))).toEqual(other.gradients(rowsOf(5)));
  const { outputs } = await interpret(sized, rowsOf(5), {
    parameters: new Map(["p.weight", "p.bias"].map((name) => [name, net.read(name) as Float32Array])),
  });
  expect([...(outputs.get("elements") ?? [])]).toEqual([15]);
});

it("has no gradient, and is refused an axis that is not there", () => {
  const noSlope = () => define({ x: f32(3) }, ({ x }) => ({ outputs: { y: gradient(ops.size(x, { dim: 0 }), [x])[0] as Tensor } }));
  expect(noSlope).toThrowError(expect.objectContaining({ code: "no-gradient" }));
  const of = (options: { dim: number }) => () => define({ x: f32(3) }, ({ x }) => ({ outputs: { y: ops.size(x, options) } }));
  expect(of({ dim: 1 })).toThrowError(expect.objectContaining({ code: "axis-out-of-range" }));
  expect(of({} as { dim: number })).toThrowError(/"dim"[\s\S]*an axis, a whole number/);
  expect(of(0 as unknown as { dim: number })).toThrowError(/give it by name: \{ dim: 0 \}/);
});
