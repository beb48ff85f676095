// Definitions that compute different things never print alike.
import { expect, test } from "vitest";
import { pageOf } from "../../../compiler/describe/page.ts";
import { writePage } from "../../../compiler/formula/page.ts";
import { readable } from "../../../compiler/index.ts";
import { partsToRead } from "../../../src/described.ts";
import { program } from "../../../src/entries.ts";
import { f32, nn, ops, type Tensor } from "../../../src/index.ts";
import { assigned, define } from "../../src/running.ts";

type Body = (x: Tensor) => Tensor;

const textOf = (body: Body): string => writePage(pageOf(partsToRead(readable(program(of(body))))), "text", (title) => title);

const of = (body: Body) =>
  define({ x: f32("batch", 6, 6) }, ({ x }) => {
    const out = assigned(1, "out", () => body(x));
    return { outputs: { out }, loss: ops.mean(out) };
  });

const both = (x: Tensor, a: Body, b: Body): Tensor => ops.mul(a(x), b(x));

const different: Readonly<Record<string, readonly Body[]>> = {
  "cells around": [
    (x) => ops.pad(x, [0, 1, 0], [0, 0, 1]),
    (x) => ops.pad(x, [0, 0, 1], [0, 1, 0]),
    (x) => ops.pad(x, [0, 1, 0], [0, 0, 1], 2),
    (x) => ops.pad(x, [0, 1, 0], [0, 0, 1], 3),
  ],
  "an order": [(x) => ops.flip(x, { dim: 1 }), (x) => ops.flip(x, { dim: 2 }), (x) => ops.flip(x, { dim: [1, 2] })],
  "windows of the same number": [
    (x) => ops.mean(ops.window(x, 2, { dim: 1 }), { dim: -1 }),
    (x) => ops.mean(ops.window(x, 2, { dim: 2 }), { dim: -1 }),
    (x) => ops.mean(ops.window(x, 2, { dim: 1, stride: 2 }), { dim: -1 }),
    (x) => ops.mean(ops.window(x, 2, { dim: 1, dilation: 2 }), { dim: -1 }),
  ],
  "values side by side": [(x) => ops.concat([x, x], { dim: 1 }), (x) => ops.concat([x, x], { dim: 2 })],
  "a part": [
    (x) => ops.slice(x, [0, 1, 0], ["batch", 2, 6]),
    (x) => ops.slice(x, [0, 2, 0], ["batch", 2, 6]),
    (x) => ops.slice(x, [0, 0, 1], ["batch", 6, 2]),
  ],
  "what is held constant": [
    (x) =>
      both(
        nn.linear(x, 2, { name: "h" }),
        (h) => h,
        (h) => h,
      ),
    (x) => both(nn.linear(x, 2, { name: "h" }), (h) => h, ops.stopGradient),
    (x) => both(nn.linear(x, 2, { name: "h" }), ops.stopGradient, ops.stopGradient),
  ],
  "two draws, and one": [
    (x) => {
      const dropped = nn.dropout(x, 0.5);
      return ops.add(dropped, dropped);
    },
    (x) => ops.add(nn.dropout(x, 0.5), nn.dropout(x, 0.5)),
  ],
  "windows of a convolution": [
    ...[{}, { stride: 2 }, { padding: 1 }, { dilation: 2 }, { padding: 1, stride: 2 }, { groups: 2 }, { groups: 6 }].map(
      (options) => (x: Tensor) => nn.conv1d(x, 6, 3, { name: "h", bias: false, ...options }),
    ),
    (x) => nn.convTranspose1d(x, 6, 3, { name: "h", bias: false }),
    (x) => nn.convTranspose1d(x, 6, 3, { name: "h", bias: false, stride: 2 }),
    (x) => nn.convTranspose1d(x, 6, 3, { name: "h", bias: false, padding: 1 }),
  ],
  "windows of a pool": [
    ...[{}, { stride: 1 }, { padding: 1 }, { dilation: 2 }].map((options) => (x: Tensor) => nn.maxPool1d(nn.tanh(x), 2, options)),
    ...[{}, { stride: 1 }, { padding: 1 }, { padding: 1, countIncludePad: false }].map(
      (options) => (x: Tensor) => nn.avgPool1d(nn.tanh(x), 2, options),
    ),
    (x) => nn.maxPool1d(nn.tanh(x), 3),
    (x) => nn.avgPool1d(nn.tanh(x), 3),
    (x) => nn.adaptiveAvgPool1d(nn.tanh(x), 4),
    (x) => nn.adaptiveMaxPool1d(nn.tanh(x), 4),
  ],
  axes: [(x) => ops.max(x, { dim: 1 }), (x) => ops.max(x, { dim: 2 }), (x) => ops.max(x, { dim: [1, 2] })],
};

test.each(Object.entries(different))("%s", (_, bodies) => {
  const texts = bodies.map(textOf);
  expect(new Set(texts).size, texts.join("\n\n")).toBe(bodies.length);
});
