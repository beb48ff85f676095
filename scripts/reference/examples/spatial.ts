// Layers of signals, images and volumes.
import { f32, nn, ops } from "../../../src/index.ts";
import { type Examples, example } from "./example.ts";

const signals = { x: f32("batch", 3, 8) };
const images = { x: f32("batch", 3, 8, 8) };
const volumes = { x: f32("batch", 3, 4, 4, 4) };

export const spatial: Examples = {
  "nn.adaptiveAvgPool1d": example(signals, ({ x }) => nn.adaptiveAvgPool1d(x, 3)),
  "nn.adaptiveAvgPool2d": example(images, ({ x }) => nn.adaptiveAvgPool2d(x, 1)),
  "nn.adaptiveMaxPool1d": example(signals, ({ x }) => nn.adaptiveMaxPool1d(x, 3)),
  "nn.adaptiveMaxPool2d": example(images, ({ x }) => nn.adaptiveMaxPool2d(x, 2)),
  "nn.avgPool1d": example(signals, ({ x }) => nn.avgPool1d(x, 2)),
  "nn.avgPool2d": example(images, ({ x }) => nn.avgPool2d(x, 2)),
  "nn.avgPool3d": example(volumes, ({ x }) => nn.avgPool3d(x, 2)),
  "nn.conv1d": example(signals, ({ x }) => nn.conv1d(x, 4, 3, { padding: 1 })),
  "nn.conv2d": example(images, ({ x }) => nn.conv2d(x, 4, 3)),
  "nn.conv3d": example(volumes, ({ x }) => nn.conv3d(x, 4, 3, { stride: 2, padding: 1 })),
  "nn.convTranspose1d": example(signals, ({ x }) => nn.convTranspose1d(x, 4, 3)),
  "nn.convTranspose2d": example(images, ({ x }) => nn.convTranspose2d(x, 4, 2, { stride: 2 })),
  "nn.convTranspose3d": example(volumes, ({ x }) => nn.convTranspose3d(x, 4, 2, { stride: 2 })),
  "nn.maxPool1d": example(signals, ({ x }) => nn.maxPool1d(x, 2)),
  "nn.maxPool2d": example(images, ({ x }) => nn.maxPool2d(x, 2)),
  "nn.maxPool3d": example(volumes, ({ x }) => nn.maxPool3d(x, 2)),
  "nn.pixelShuffle": example({ x: f32("batch", 4, 2, 2) }, ({ x }) => nn.pixelShuffle(x, 2)),
  "nn.upsample": example(images, ({ x }) => nn.upsample(x, { scaleFactor: 2 })),
  "ops.conv2d": example({ x: f32("batch", 3, 8, 8), w: f32(4, 3, 3, 3) }, ({ x, w }) => ops.conv2d(x, w)),
  "ops.fold": example({ x: f32("batch", 3, 2) }, ({ x }) => ops.fold(x, 4, { dim: 1 })),
  "ops.unfold": example(images, ({ x }) => ops.unfold(x, 3)),
  "ops.window": example({ x: f32("batch", 4) }, ({ x }) => ops.window(x, 2, { dim: 1 })),
};
