// Convolutions, pools and upsampling: shapes, what they refuse, and networks of them that learn.
import { f32, type InputDim, losses, type Model, model, nn, optim, type Tensor } from "gradc";
import { compile } from "gradc/compiler";
import { load } from "gradc/runtime";
import { describe, expect, test } from "vitest";
import type { GradcError } from "../../runtime/error.ts";
import { numbers } from "../support/fused.ts";
import { define } from "./running.ts";

const shapeOf = (shape: readonly InputDim[], body: (x: Tensor) => Tensor) =>
  define({ x: { dtype: "f32", shape } }, ({ x }) => ({ outputs: { y: body(x) } })).outputs.y?.shape;
const odd = <T>(value: unknown): T => value as T;
const [signal, image, volume]: InputDim[][] = [
  ["batch", 4, 9],
  ["batch", 4, 8, 6],
  ["batch", 2, 3, 4, 5],
];

test.each<[string, InputDim[] | undefined, (x: Tensor) => Tensor, (string | number)[]]>([
  ["conv1d", signal, (x) => nn.conv1d(x, 6, 3, { stride: 2, groups: 2 }), ["batch", 6, 4]],
  ["conv3d", volume, (x) => nn.conv3d(x, 3, [1, 2, 3], { padding: [0, 1, 0] }), ["batch", 3, 3, 5, 3]],
  ["same", image, (x) => nn.conv2d(x, 3, [4, 3], { padding: "same", dilation: 2 }), ["batch", 3, 8, 6]],
  ["convTranspose2d", image, (x) => nn.convTranspose2d(x, 3, 3, { stride: 2, padding: 1, outputPadding: [1, 0] }), ["batch", 3, 16, 11]],
  ["ceilMode", signal, (x) => nn.maxPool1d(x, 2, { ceilMode: true }), ["batch", 4, 5]],
  ["no window that starts beyond the end", signal, (x) => nn.avgPool1d(x, 1, { stride: 5, ceilMode: true }), ["batch", 4, 2]],
  ["adaptive", image, (x) => nn.adaptiveMaxPool2d(x, [3, 9]), ["batch", 4, 3, 9]],
  ["upsample", volume, (x) => nn.upsample(x, { scaleFactor: [1, 1.5, 0.5] }), ["batch", 2, 3, 6, 2]],
  ["pixelShuffle", image, (x) => nn.pixelShuffle(x, 2), ["batch", 1, 16, 12]],
  ["flatten", image, (x) => nn.flatten(x, 2), ["batch", 4, 48]],
  ["flatten without other axes", ["batch"], (x) => nn.flatten(x), ["batch", 1]],
])("the shape of %s", (_, shape, body, wanted) => expect(shapeOf(shape as InputDim[], body)).toEqual(wanted));

function refusal(shape: InputDim[] | undefined, body: (x: Tensor) => unknown): GradcError {
  try {
    shapeOf(shape as InputDim[], body as (x: Tensor) => Tensor);
  } catch (error) {
    return error as GradcError;
  }
  throw new Error("There was no error");
}

test.each<[string, InputDim[] | undefined, (x: Tensor) => unknown]>([
  [
    '"kernel" is out of range\n  got       [3, 3]\n  expected  a whole number of at least 1, or one as [length]',
    signal,
    (x) => nn.conv1d(x, 1, odd([3, 3])),
  ],
  ['at least 0, or three as [depth, height, width], or "same"', volume, (x) => nn.conv3d(x, 1, 1, { padding: odd("valid") })],
  ["a number of zeros where the stride is not 1", signal, (x) => nn.conv1d(x, 1, 3, { padding: "same", stride: 2 })],
  ["at least 0, or two as [height, width]", image, (x) => nn.convTranspose2d(x, 1, 3, { padding: odd("same") })],
  ["a divisor of 3 channels of the result", image, (x) => nn.convTranspose2d(x, 3, 3, { groups: 2 })],
  ["less than the stride or the dilation", signal, (x) => nn.convTranspose1d(x, 1, 3, { outputPadding: 1 })],
  ["a padding that leaves cells of the result", ["batch", 1, 1], (x) => nn.convTranspose1d(x, 1, 3, { padding: 2 })],
  ['there is no option "outputPadding"', signal, (x) => nn.conv1d(x, 1, 3, odd({ outputPadding: 1 }))],
  ['there is no option "dilation"', signal, (x) => nn.avgPool1d(x, 1, odd({ dilation: 1 }))],
  ['"ceilMode" is out of range', signal, (x) => nn.maxPool1d(x, 1, { ceilMode: odd(1) })],
  ["at most half of the window", volume, (x) => nn.avgPool3d(x, [2, 2, 1], { padding: 1 })],
  ["expected  [batch, channels, d, h, w]", image, (x) => nn.maxPool3d(x, 2)],
  ["a window within 9 cells, of which this covers 10", signal, (x) => nn.maxPool1d(x, 10)],
  ['"outputSize" is out of range', image, (x) => nn.adaptiveAvgPool2d(x, 0)],
  ["either a size or a scaleFactor", image, (x) => nn.upsample(x, {})],
  ["either a size or a scaleFactor", image, (x) => nn.upsample(x, { size: 2, scaleFactor: 2 })],
  ["or two as [height, width]", image, (x) => nn.upsample(x, { size: [4, 4, 4] })],
  ['"nearest" or "bilinear"', image, (x) => nn.upsample(x, { size: 4, mode: odd("cubic") })],
  ['false where mode is "nearest"', image, (x) => nn.upsample(x, { size: 4, alignCorners: true })],
  ["expected  [batch, channels, h, w]", signal, (x) => nn.upsample(x, { size: 4, mode: "bilinear" })],
  ["a factor that leaves some of 6 cells", image, (x) => nn.upsample(x, { scaleFactor: 0.15 })],
  ["a number whose square divides 4 channels", image, (x) => nn.pixelShuffle(x, 3)],
  ["an axis up to axis 1 of [batch, 4, 9]", signal, (x) => nn.flatten(x, 2, 1)],
  ["axis 3", signal, (x) => nn.flatten(x, 3)],
])("%s", (text, shape, body) => expect(refusal(shape, body).message).toContain(text));

describe("networks that learn", () => {
  const next = numbers(11);
  const draw = (count: number) => Array.from({ length: count }, () => Math.fround(next()));

  async function lossesOf(source: Model, inputs: Record<string, number[]>): Promise<[number, number]> {
    const net = await load(await compile(source, { batch: 8, optimizer: optim.adam({ lr: 0.02 }) }), { seed: 2 });
    const before = net.evaluate(inputs).loss;
    for (let step = 0; step < 40; step++) net.step(inputs);
    return [before, net.evaluate(inputs).loss];
  }

  test("the sum of a signal's peaks, by convolution along it", async () => {
    const source = model("peaks", { x: f32("batch", 1, 16), y: f32("batch", 1) }, ({ x, y }) => {
      const h = nn.maxPool1d(nn.relu(nn.conv1d(x, 6, 3, { padding: "same" })), 4);
      const out = nn.linear(nn.flatten(nn.adaptiveAvgPool1d(h, 2)), 1);
      return { outputs: { out }, loss: losses.mse(out, y) };
    });
    const x = draw(8 * 16);
    const peak = (row: number) => Math.max(...x.slice(row * 16, row * 16 + 16));
    const [before, after] = await lossesOf(source, { x, y: [0, 1, 2, 3, 4, 5, 6, 7].map(peak) });
    expect(after).toBeLessThan(before / 3);
  });

  test("images through a smaller code and back", async () => {
    const source = model("autoencoder", { x: f32("batch", 1, 8, 8) }, ({ x }) => {
      const code = nn.tanh(nn.conv2d(x, 8, 4, { stride: 2, padding: 1 }));
      const back = nn.convTranspose2d(code, 1, 4, { stride: 2, padding: 1 });
      return { outputs: { back }, loss: losses.mse(back, x) };
    });
    const [before, after] = await lossesOf(source, { x: draw(8 * 64) });
    expect(after).toBeLessThan(before / 3);
  });
});
