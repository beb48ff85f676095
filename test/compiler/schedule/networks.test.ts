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
  test("a depthwise and a pointwise convolution has channels side by side between the pointwise products", async () => {
    const separable = network([16, 28, 28], (x) => {
      const each = nn.relu(nn.conv2d(x, 16, 3, { padding: 1, groups: 16, name: "each" }));
      return nn.flatten(nn.maxPool2d(nn.relu(nn.conv2d(each, 32, 1, { name: "point" })), 4));
    });
    expect((await stepOf(separable, 16)).join("\n")).toMatchInlineSnapshot(`
      "contract x.bordered[w] each.weight[w]: vectorise b; tile a by 7
      point t72[c] point.weight[c] point[c]: pack point.weight by j; tile a by 4; vectorise j, 2 vectors
      where.2 t170[c] point.weight[c] t72[c] t219[w]: tile a by 4; vectorise j, 2 vectors
      point.weight t170[c] t72[c] point.weight[c]: accumulate b in v172.sums; vectorise j.2; chunk y by 18; vectorise j, 2 vectors; tile i by 4; vectorise j.3
      contract.1 t219[w] x.bordered[w]: accumulate b.2 in v222.sums; vectorise x; chunk y by 18; tile b by 2; tile a by 3; vectorise i.2"
    `);
  });
});
