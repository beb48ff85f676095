// Images with their channels last are named where height would be taken for channels; what has them first is not.
import { compile } from "gradc/compiler";
import { expect, test } from "vitest";
import { f32, type InputDim, type Model, model, nn, ops, parameter, type Tensor } from "../../../src/index.ts";

const warningsOf = async (shape: readonly number[], body: (x: Tensor) => Tensor) => {
  const dims = ["batch", ...shape] as unknown as [InputDim];
  const source = model("images", { x: f32(...dims) }, ({ x }) => ({ outputs: { y: ops.mean(body(x)) } })) as unknown as Model;
  return (await compile(source)).warnings;
};
const conv = (x: Tensor) => nn.conv2d(x, 4, 3, { padding: 1, name: "edges" });

test.each<[string, readonly number[], string, (x: Tensor) => Tensor]>([
  ["colour", [32, 32, 3], '"edges" takes [batch, 32, 32, 3] for images of 32 channels, 32 high and 3 wide', conv],
  ["grey", [28, 28, 1], '"edges" takes [batch, 28, 28, 1]', conv],
  ["opacity", [16, 16, 4], '"edges" takes', conv],
  ["scaled and standardized", [32, 32, 3], '"edges" takes', (x) => conv(nn.standardize(ops.div(x, 255)))],
  ["rows of cells", [3072], '"edges" takes', (x) => conv(ops.reshape(x, ["batch", 32, 32, 3]))],
  ["a strided kernel without padding", [32, 32, 3], '"edges" takes', (x) => nn.conv2d(x, 4, 3, { stride: 2, name: "edges" })],
  ["groups", [32, 32, 3], "takes [batch, 32, 32, 3]", (x) => nn.conv2d(x, 32, 1, { groups: 32 })],
  ["a kernel of its own", [32, 32, 3], '"k" takes', (x) => ops.conv2d(x, parameter([2, 32, 1, 1], { name: "k" }))],
  ["a pooling", [32, 32, 3], "a pooling takes", (x) => nn.maxPool2d(x, 2)],
])("%s, channels last", async (_, shape, start, body) => {
  expect(await warningsOf(shape, body)).toEqual([
    expect.stringMatching(/help: images are \[batch, channels, h, w\]: ops\.permute\(x, \[0, 3, 1, 2\]\)/),
  ]);
  expect((await warningsOf(shape, body))[0]).toContain(start);
});

test.each<[string, readonly number[], (x: Tensor) => Tensor]>([
  ["colour", [3, 32, 32], conv],
  ["as many cells as channels", [3, 3, 3], conv],
  ["small", [4, 4, 4], conv],
  ["one column", [16, 50, 1], conv],
  ["brought there", [32, 32, 3], (x) => conv(ops.permute(x, [0, 3, 1, 2]))],
  ["hidden channels over few cells", [3, 8, 8], (x) => conv(nn.maxPool2d(nn.conv2d(x, 16, [1, 6]), [1, 3], { stride: [1, 1] }))],
  ["made of a hidden layer", [8], (x) => conv(ops.reshape(nn.linear(x, 16), ["batch", 4, 4, 1]))],
])("%s, channels first", async (_, shape, body) => {
  expect(await warningsOf(shape, body)).toEqual([]);
});
