import { describe, expect, test } from "vitest";
import { lower } from "../../../compiler/index.ts";
import { callOf } from "../../../compiler/kernel/call.ts";
import type { Buffer } from "../../../compiler/kernel/kernel.ts";
import { layout } from "../../../compiler/schedule/layout.ts";
import { schedule } from "../../../compiler/schedule/schedule.ts";
import { stridesFor } from "../../../compiler/schedule/strides.ts";
import { f32, model, nn, ops, optim } from "../../../src/index.ts";
import { openDefinition } from "../../../src/open.ts";
import { marksOf } from "../../support/marks.ts";
import { axis, buffer, kernel, load, parallel, planarConvolution, store } from "../kernel/kernels.ts";

const capacity = { batch: 8 };

const contiguous = (buffers: ReadonlyMap<Buffer, readonly (number | string)[]>, of: Buffer) => buffers.get(of)?.indexOf(1);

describe("stridesFor", () => {
  test("is row-major for the order of the axes", () => {
    expect(stridesFor(["batch", 3, 4], [0, 1, 2])).toEqual([12, 4, 1]);
    expect(stridesFor([3, "batch", 4], [0, 1, 2])).toEqual(["batch·4", 4, 1]);
    expect(stridesFor([2, 3, 4], [0, 2, 1])).toEqual([12, 1, 3]);
  });
});

describe("layout", () => {
  test("of inputs and results is dense row-major", () => {
    const { kernel: program, image, result } = planarConvolution("input");
    const laid = layout([callOf(program)], [], capacity);
    expect([laid.get(image), laid.get(result)]).toEqual([
      [96, 12, 1],
      [192, 12, 1],
    ]);
  });

  test("of weights and images of a convolution makes channels contiguous, and they are the vector axis", () => {
    const { kernel: program, weight, result, o } = planarConvolution();
    const laid = layout([callOf(program)], [], capacity);
    expect([contiguous(laid, weight), contiguous(laid, result)]).toEqual([0, 1]);
    expect(marksOf(schedule(program, laid, capacity)).get(o)?.vector).toBe(true);
  });

  test("of weights follows images that follow other weights", async () => {
    const images = model("images", { x: f32("batch", 3, 5, 5) }, ({ x }) => {
      const hidden = nn.leakyRelu(nn.conv2d(x, 32, 3, { name: "first" }));
      const y = nn.linear(nn.flatten(nn.relu(nn.conv2d(hidden, 64, 3, { padding: 1, stride: 2, name: "second" }))), 10);
      return { outputs: { y }, loss: ops.sum(ops.square(y)) };
    });
    const laid = lower((await openDefinition(images, { optimizer: optim.sgd({ lr: 0.1 }) })).program).layout;
    const contiguousIn = (name: string) => [...laid].find(([{ name: one }]) => one === name)?.[1].indexOf(1);
    expect(["first.weight", "first", "second.weight"].map(contiguousIn)).toEqual([0, 1, 1]);
  });

  test("of images whose taps would fill one vector makes channels contiguous, which tiles can widen, and of weights that would collide those of the output", async () => {
    const contiguousIn = async (kernelSize: number, buffer: string) => {
      const images = model("images", { x: f32("batch", 1, 28, 28) }, ({ x }) => {
        const hidden = nn.leakyRelu(nn.conv2d(x, 32, 4, { stride: 2, padding: 1, name: "first" }));
        const y = nn.linear(nn.flatten(nn.relu(nn.conv2d(hidden, 64, kernelSize, { stride: 2, padding: 1, name: "second" }))), 10);
        return { outputs: { y }, loss: ops.sum(ops.square(y)) };
      });
      const laid = lower((await openDefinition(images, { optimizer: optim.sgd({ lr: 0.1 }) })).program).layout;
      return [...laid].find(([{ name }]) => name === buffer)?.[1].indexOf(1);
    };
    expect([await contiguousIn(3, "first"), await contiguousIn(4, "first")]).toEqual([1, 1]);
    expect(await contiguousIn(4, "second.weight")).toBe(0);
  });

  test("of matrices is dense row-major", () => {
    const [i, j] = [axis("i", 8), axis("j", 8)];
    const [x, y] = [buffer("x", [8, 8]), buffer("y", [8, 8])];
    const laid = layout([callOf(kernel("transpose", parallel(i, parallel(j, store(y, [i, j], load(x, j, i))))))], [], capacity);
    expect([laid.get(x), laid.get(y)]).toEqual([
      [8, 1],
      [8, 1],
    ]);
  });

  test("of temporaries sets rows of 1024 bytes and their multiples a line further apart, of others leaves them dense", () => {
    const [i, j] = [axis("i", "batch"), axis("j", 512)];
    const [x, t, y] = [buffer("x", ["batch", 512], "input"), buffer("t", ["batch", 512]), buffer("y", ["batch", 512], "result")];
    const through = parallel(i, parallel(j, store(t, [i, j], load(x, i, j)), store(y, [i, j], load(t, i, j))));
    const laid = layout([callOf(kernel("through", through))], [], capacity);
    expect([laid.get(x), laid.get(t), laid.get(y)]).toEqual([
      [512, 1],
      [528, 1],
      [512, 1],
    ]);
  });

  test("of temporaries of which steps of a loop take rows sets each step's rows together", () => {
    const [i, k] = [axis("i", "batch"), axis("k", 6)];
    const all = (kind: Buffer["kind"]) => buffer("all", ["batch", 10, 6], kind);
    const strides = (whole: Buffer) => {
      const row: Buffer = { ...buffer("row", ["batch", 6], whole.kind), view: { of: whole, axis: 1, start: 0, loop: "t" } };
      const copy = parallel(i, parallel(k, store(buffer("y", ["batch", 6], "result"), [i, k], load(row, i, k))));
      return layout([callOf(kernel("copy", copy))], [], capacity).get(whole);
    };
    expect([strides(all("temporary")), strides(all("input"))]).toEqual([
      [6, 48, 1],
      [60, 6, 1],
    ]);
  });

  test("has declared buffers that no kernel touches", () => {
    const seed = buffer("#seed", [], "variable", "i32");
    expect(layout([], [seed], capacity).get(seed)).toEqual([]);
  });
});
