// The lines of convolutions, pools and their gradients, which say what each element is, as claims for themselves.
import { expect, test } from "vitest";
import { f32, i32, losses, type Model, model, nn, ops, parameter, type Tensor } from "../../../src/index.ts";
import { bothOf } from "./nets.ts";

const image = f32("batch", 2, 7, 6);
const ofClasses = (name: string, shape: readonly (number | "batch")[], features: (x: Tensor) => Tensor): Model =>
  model(name, { x: f32(...(shape as ["batch", ...number[]])), y: i32("batch") }, ({ x, y }) => {
    const logits = nn.linear(nn.flatten(features(x)), 3);
    return { outputs: { logits }, loss: losses.crossEntropy(logits, y) };
  });
const ofImages = (name: string, features: (x: Tensor) => Tensor): Model => ofClasses(name, ["batch", 2, 7, 6], features);

const nets: readonly Model[] = [
  ofImages("plain", (x) => {
    const c = nn.conv2d(x, 3, 3);
    return nn.maxPool2d(nn.relu(c), 2);
  }),
  ofImages("stride-padding-and-dilation", (x) => {
    const h = nn.relu(nn.conv2d(x, 3, 3, { stride: [2, 1], padding: [1, 2], dilation: [1, 2] }));
    return nn.tanh(nn.conv2d(h, 2, 2, { stride: 2 }));
  }),
  ofClasses("signals", ["batch", 2, 12], (x) => {
    const h = nn.sigmoid(nn.conv1d(x, 3, 3, { padding: "same", bias: false }));
    return nn.maxPool1d(nn.conv1d(h, 2, 2, { stride: 2 }), 3, { stride: 1, padding: 1 });
  }),
  ofClasses("volumes", ["batch", 1, 5, 4, 4], (x) => nn.avgPool3d(nn.relu(nn.conv3d(nn.tanh(nn.conv3d(x, 2, 2)), 2, 2, { padding: 1 })), 2)),
  ofImages("groups", (x) => {
    const h = nn.relu(nn.conv2d(x, 4, 3, { groups: 2, padding: 1 }));
    return nn.conv2d(h, 6, 2, { groups: 2, stride: 2, name: "g" });
  }),
  ofImages("one-channel-a-group", (x) => {
    const h = nn.relu(nn.conv2d(x, 2, 3, { groups: 2, name: "first" }));
    return nn.conv2d(h, 4, 2, { groups: 2, name: "second" });
  }),
  ofImages("pools-that-overlap", (x) => {
    const h = nn.relu(nn.conv2d(x, 3, 2));
    const m = nn.maxPool2d(h, 3, { stride: 2, padding: 1 });
    return nn.avgPool2d(m, 2, { stride: 1 });
  }),
  ofImages("pools-with-room-between-cells-and-beyond-the-end", (x) =>
    nn.maxPool2d(nn.tanh(nn.conv2d(x, 2, 1)), 2, { stride: 2, dilation: 2, ceilMode: true }),
  ),
  ofImages("a-mean-of-the-cells-that-are-there", (x) => nn.avgPool2d(nn.relu(nn.conv2d(x, 2, 2)), 3, { padding: 1, countIncludePad: false })),
  ofImages("transposed", (x) => {
    const h = nn.relu(nn.convTranspose2d(x, 3, 3, { stride: 2, padding: 1, outputPadding: 1 }));
    return nn.convTranspose2d(h, 2, 2, { groups: 1, name: "up" });
  }),
  ofImages("adaptive", (x) => {
    const m = nn.adaptiveMaxPool2d(nn.relu(nn.conv2d(x, 2, 2)), 4);
    return nn.adaptiveAvgPool2d(m, 3);
  }),
  model("into-a-loss", { x: f32("batch", 2, 9), y: f32("batch", 3, 4) }, ({ x, y }) => {
    const c = nn.conv1d(x, 3, 3, { stride: 2 });
    return { outputs: { c }, loss: losses.mse(c, y) };
  }),
  model("a-sequence", { x: image, y: f32("batch", 2) }, ({ x, y }) => {
    const net = nn.sequential(nn.conv2d(3, 3), nn.relu(), nn.maxPool2d(2), nn.conv2d(4, 2), nn.relu(), nn.flatten(), nn.linear(2));
    const out = net(x);
    return { outputs: { out }, loss: losses.mse(out, y) };
  }),
  model("a-kernel-that-is-computed", { x: image, y: f32("batch", 2, 6, 5) }, ({ x, y }) => {
    const c = ops.conv2d(x, ops.tanh(parameter([2, 2, 2, 2], { name: "w" })));
    return { outputs: { c }, loss: losses.mse(ops.softmax(c), y) };
  }),
  model("letters-that-are-names", { n: f32("batch", 2, 6), p: f32("batch", 2, 4) }, ({ n, p }) => {
    const o = nn.conv1d(n, 2, 3);
    const u = nn.relu(o);
    return { outputs: { u }, loss: losses.mse(u, p) };
  }),
];

test.each(nets.map((net) => [net.name, net] as const))("each line of %s is right as a claim", async (_, source) => {
  for (const net of await bothOf(source)) {
    const claims = [...net.lines].map(([name, line]) => `${name} = ${line}`);
    const verdicts = net.mark(claims.join("\n"));
    expect(verdicts.filter(({ verdict }) => verdict !== "right")).toEqual([]);
    expect(verdicts.length).toBeGreaterThan(3);
  }
});
