import { f32, losses, model, nn, ops, parameter } from "gradc";
import { compile } from "gradc/compiler";
import { expect, test } from "vitest";

test("axes of one element are not looked for by division: a group of one channel in the gradient of a convolution's input", async () => {
  const depthwise = model("depthwise", { x: f32(2, 3, 8, 8) }, ({ x }) => {
    const scaled = ops.mul(x, parameter([3, 8, 8], { name: "scale" }));
    const y = nn.conv2d(scaled, 3, 3, { padding: 1, groups: 3 });
    return { outputs: { y }, loss: losses.mse(y, x) };
  });
  const { kernels } = await compile(depthwise);
  expect(kernels.some((kernel) => kernel.includes("fold"))).toBe(true);
  expect(kernels.filter((kernel) => /quotient|remainder/.test(kernel))).toEqual([]);
});
