// The lines of convolutions, pools and their gradients, which say what each element is, as claims for themselves.
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { loadFile } from "../../../src/definition-file.ts";
import { f32, i32, losses, type Model, model, nn, ops, parameter, type Tensor } from "../../../src/index.ts";
import { bothOf, netOf } from "./nets.ts";

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
    const h = nn.relu(nn.conv2d(x, 2, 3, { groups: 2, bias: false, name: "first" }));
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
  ofImages("more-cells", (x) => nn.upsample(nn.tanh(nn.conv2d(x, 2, 2)), { scaleFactor: 2 })),
  ofImages("more-cells-by-borders", (x) => nn.upsample(nn.tanh(nn.conv2d(x, 2, 2)), { scaleFactor: 2, mode: "bilinear" })),
  ofImages("more-cells-between", (x) => nn.upsample(nn.tanh(nn.conv2d(x, 2, 2)), { size: 7, mode: "bilinear", alignCorners: true })),
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
  model("channels-side-by-side", { x: image, y: f32("batch", 2) }, ({ x, y }) => {
    const h = nn.tanh(nn.conv2d(x, 3, 3, { padding: 1, name: "h" }));
    const k = nn.conv2d(ops.concat([h, x, h], { dim: 1 }), 2, 3, { padding: 1, name: "k" });
    const out = nn.linear(nn.flatten(nn.adaptiveAvgPool2d(k, 1)), 2);
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

const { exports: small } = await loadFile(fileURLToPath(new URL("./windows.model.ts", import.meta.url)));

const verdictsOf = async (claims: readonly string[]) => (await netOf(small.default as Model)).mark(claims.join("\n"));

test("claims may use other letters, and name the axes in their own order", async () => {
  const right = [
    "c[b,k,h,w] = Σ_c,i,j W_c[k,c,i,j]·x[b,c,2·h+i−1,2·w+j−1] + b_c[k]",
    "c[n,o,p,q] = b_c[o] + Σ_i Σ_u,v W_c[o,i,u,v] x[n,i,2p+u-1,2*q+v-1]",
    "c = conv_stride=2,padding=1(x, W_c) + b_c[j]",
    "m[n,o,p,q] = max_{u<2,v<2} relu(c)[n,o,p+u,q+v]",
    "m[n,o,p,q] = max_u<2(max_v<2(relu(c[n,o,p+u,q+v])))",
    "∂loss/∂b_c[j] = Σ_n,k,l δ_c[n,j,k,l]",
    "dloss/dW_c[o,i,u,v] = Σ_n,p,q x[n,i,2·p+u−1,2·q+v−1]·delta_c[n,o,p,q]",
    "δ_m[n,o,p,q] = Σ_k δ_s[n,k]·W_s[4·o+2·p+q,k]",
    "δ_s[i,j] = 2/(batch·3)·(s[i,j] − y[i,j])",
  ];
  expect((await verdictsOf(right)).map(({ verdict, hint }) => `${verdict} ${hint ?? ""}`.trim())).toEqual(right.map(() => "right"));
});

test("a wrong stride, a wrong place and exchanged axes are told", async () => {
  const wrong = [
    "c[n,o,p,q] = b_c[o] + Σ_i,u,v W_c[o,i,u,v]·x[n,i,p+u−1,2·q+v−1]",
    "c[n,o,p,q] = b_c[o] + Σ_i,u,v W_c[o,i,u,v]·x[n,i,2·p+u,2·q+v−1]",
    "∂loss/∂W_s[j,i] = Σ_n reshape(m, [batch, 12])[n,i]·δ_s[n,j]",
    "∂loss/∂b_c[o] = Σ_n,p,q δ_c[n,o,p,q]·2",
  ];
  const verdicts = await verdictsOf(wrong);
  expect(verdicts.map(({ verdict, kind }) => [verdict, kind])).toEqual([
    ["wrong", "missing"],
    ["wrong", "missing"],
    ["wrong", "transpose"],
    ["wrong", "factor"],
  ]);
});

test("what makes no sense by its letters is a clear error in bounded time", async () => {
  const odd = [
    "c[n,o,p] = Σ_i,u,v W_c[o,i,u,v]·x[n,i,p+u,v]",
    "c[n,n,p,q] = b_c[n]",
    "c[n,o,p,q] = Σ_z x[n,o,p+z,q]",
    "c[n,o,p,q] = b_c",
    "c[n,o,p,q] = max_u<999999,v<999999 x[n,o,p+u,q+v]",
    "c[n,o,p,q] = x[n,o,p,q,p]",
    "c[n,o,p,q] = [(u,v) = argmax_v,u x[n,o,u,v]]",
    "m[n,o,p,q] = argmax_u<2 x[n,o,u,q]",
    "c[] = x",
  ];
  const verdicts = await verdictsOf(odd);
  expect(verdicts.map(({ verdict }) => verdict).filter((verdict) => verdict === "right")).toEqual([]);
  for (const { hint } of verdicts) expect(hint).toMatch(/\S/);
});
