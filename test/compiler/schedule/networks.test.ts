// How the steps of whole networks run: the schedule of each large kernel, and which axis of its images and weights is contiguous.
import { describe, expect, test } from "vitest";
import { lower } from "../../../compiler/index.ts";
import { buffersOfCall } from "../../../compiler/kernel/call.ts";
import type { Call, Layout } from "../../../compiler/kernel/kernel.ts";
import { printKernel } from "../../../compiler/kernel/print.ts";
import { workOf } from "../../../compiler/kernel/work.ts";
import { f32, type Model, model, nn, ops, optim, type Tensor } from "../../../src/index.ts";
import { openDefinition } from "../../../src/open.ts";

const network = (shape: readonly number[], body: (x: Tensor) => Tensor): Model =>
  model("network", { x: f32("batch", ...shape) }, ({ x }) => {
    const y = body(x);
    return { outputs: { y }, loss: ops.sum(ops.square(y)) };
  });

/** `t5[c]` for a buffer whose elements lie side by side along the second of its axes, n, c, h, w. */
const ordersOf = (call: Call, laid: Layout): string[] =>
  buffersOfCall(call).flatMap((buffer) => {
    const innermost = buffer.shape.length === 4 ? (laid.get(buffer) ?? []).indexOf(1) : -1;
    return innermost < 0 ? [] : [`${buffer.name}[${"nchw"[innermost]}]`];
  });

/** The kernels of a step that compute a share of it that counts. */
async function stepOf(definition: Model, batch: number): Promise<string[]> {
  const opened = await openDefinition(definition, { optimizer: optim.sgd({ lr: 0.1 }) });
  const { plans, schedules, layout: laid, program } = lower({ ...opened.program, capacity: { batch } });
  const calls = plans.find(({ name }) => name === "step")?.calls ?? [];
  const work = calls.map(({ kernel }) => workOf(kernel, program.capacity).operations);
  const most = Math.max(...work);
  return calls.flatMap((call, i) => {
    if (Number(work[i]) < most / 10) return [];
    const steps = printKernel(call.kernel, schedules.get(call.kernel)?.steps).split("  schedule  ")[1]?.replace(/\s+/g, " ");
    return [`${call.name.replace("step.", "")} ${ordersOf(call, laid).join(" ")}: ${steps}`];
  });
}

describe("the step of", () => {
  test("a depthwise and a pointwise convolution has channels side by side", async () => {
    const separable = network([16, 28, 28], (x) => {
      const each = nn.relu(nn.conv2d(x, 16, 3, { padding: 1, groups: 16, name: "each" }));
      return nn.flatten(nn.maxPool2d(nn.relu(nn.conv2d(each, 32, 1, { name: "point" })), 4));
    });
    expect((await stepOf(separable, 16)).join("\n")).toMatchInlineSnapshot(`
      "contract x.bordered[c] each.weight[n]: tile b by 7; vectorise j
      point t72[c] point.weight[c] point[c]: pack point.weight by j; tile a by 4; vectorise j, 2 vectors
      where.2 t170[c] point.weight[c] t72[c] t219[c]: tile a by 4; vectorise j, 2 vectors
      point.weight t170[c] t72[c] point.weight[c]: accumulate b in v172.sums; vectorise j.2; chunk y by 18; vectorise j, 2 vectors; tile i by 4; vectorise j.3
      contract.1 t219[c] x.bordered[c]: accumulate b.2 in v222.sums; vectorise i.2, 4 vectors; chunk y by 18; tile b by 3; vectorise i, 2 vectors; vectorise i.3"
    `);
  });

  test("a strided depthwise convolution between others has channels side by side, in gradients too", async () => {
    const strided = network([3, 16, 16], (x) => {
      const first = nn.relu(nn.conv2d(x, 16, 3, { padding: 1, name: "first" }));
      const each = nn.relu(nn.conv2d(first, 16, 5, { padding: 2, stride: 2, groups: 16, name: "each" }));
      return nn.conv2d(each, 32, 1, { name: "point" });
    });
    expect((await stepOf(strided, 16)).join("\n")).toMatchInlineSnapshot(`
      "first x.bordered[w] first.weight[w] t92[c]: pack first.weight by j; tile a by 4; vectorise j, 2 vectors
      contract t92[c] each.weight[n]: tile b by 3; vectorise j, 2 vectors
      loss t101[c] point.weight[n] point[c] t175[c]: chunk j by 16; vectorise j, 4 vectors
      where.1 t175[c] point.weight[n] t101[c] t252[c]: pack point.weight by j; tile a by 4; vectorise j, 2 vectors
      point.weight t175[c] t101[c] point.weight[n]: accumulate b in v180.sums; vectorise i.2, 4 vectors; tile j by 4; vectorise i, 2 vectors; vectorise i.3
      contract.1 t252[c] t92[c]: accumulate b.2 in v255.sums; vectorise i.2, 4 vectors; tile b by 5; vectorise i; vectorise i.3
      fold t252[c] each.weight[n] t260[c]: tile a0.4 by 3; vectorise j.4, 2 vectors; tile a0.3 by 3; vectorise j.3, 2 vectors; tile a0.2 by 3; vectorise j.2, 2 vectors; tile a0 by 3; vectorise j, 2 vectors
      first.weight t263[c] x.bordered[w] first.weight[w]: accumulate b in v265.sums; vectorise i.2, 4 vectors; tile a by 3; vectorise i, 2 vectors; vectorise i.3"
    `);
  });
});
