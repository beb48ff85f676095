// The formula of each convolution, pool and upsampling is its name; what is near to it is written out.
import { expect, test } from "vitest";
import { adaptiveGradients } from "../../../compiler/describe/adaptive-forms.ts";
import { isSource, mathNames } from "../../../compiler/describe/names.ts";
import { formulaOf, reference } from "../../../compiler/describe/outline.ts";
import { readable } from "../../../compiler/describe/readable.ts";
import { spatialForms } from "../../../compiler/describe/spatial-forms.ts";
import { spatialGradients } from "../../../compiler/describe/spatial-gradients.ts";
import { upsampleGradients } from "../../../compiler/describe/upsample-forms.ts";
import { print } from "../../../compiler/formula/notation.ts";
import { text } from "../../../compiler/formula/text.ts";
import { withoutBodies } from "../../../compiler/ir/walk.ts";
import { formulas } from "../../../src/compile.ts";
import { f32, model, nn, ops, type Tensor } from "../../../src/index.ts";
import type { UpsampleOptions } from "../../../src/nn/upsample.ts";
import { openDefinition } from "../../../src/open.ts";

type Body = (x: Tensor, v: Tensor, s: Tensor) => Tensor;

/** The formulas of outputs, not by their elements. */
async function printed(bodies: readonly Body[]): Promise<string[]> {
  const inputs = { x: f32("batch", 2, 4, 6), v: f32("batch", 1, 4, 4, 4), s: f32("batch", 4, 9) };
  const definition = model("forms", inputs, ({ x, v, s }) => ({
    outputs: Object.fromEntries(bodies.map((body, i) => [`y${i}`, body(x, v, s)])),
  }));
  const { program } = await openDefinition(definition);
  const results = readable(program, true).entries.find(({ name }) => name === "predict")?.results ?? [];
  const nodes = results.map(({ node }) => node);
  const sources = withoutBodies(nodes).filter(isSource);
  const stops = new Map(sources.map((source) => [source, reference(source, mathNames(source.graph)(source.params.name))] as const));
  return nodes.map((node) => print(formulaOf(node, stops), text));
}

const c = { name: "c", bias: false } as const;
const wide = { stride: 2, padding: 1, outputPadding: 1 } as const;

const cases: readonly [form: string, body: Body, printed: string][] = [
  ["convolution", (x) => nn.conv2d(x, 3, 3, c), "conv(x, W_c)"],
  ["convolution", (_, __, s) => nn.conv1d(s, 3, 3, { name: "b" }), "conv(s, W_b) + b_b[j]"],
  ["convolution", (_, v) => nn.conv3d(v, 3, 2, { name: "d", bias: false, padding: "same" }), "conv_padding=0+1(v, W_d)"],
  [
    "convolution",
    (x) => nn.conv2d(x, 4, 3, { name: "g", bias: false, groups: 2, stride: [1, 2], padding: 1, dilation: [1, 2] }),
    "conv_stride=1×2,padding=1,dilation=1×2,groups=2(x, W_g)",
  ],
  ["transposed convolution", (x) => nn.convTranspose2d(x, 3, 3, { name: "t", bias: false }), "convTranspose(x, W_t)"],
  [
    "transposed convolution",
    (_, __, s) => nn.convTranspose1d(s, 2, 3, { name: "u", bias: false, groups: 2, ...wide }),
    "convTranspose_stride=2,padding=1,groups=2,cells=18(s, W_u)",
  ],
  ["max-pool", (x) => nn.maxPool2d(x, 2), "maxPool_2×2(x)"],
  ["max-pool", (_, __, s) => nn.maxPool1d(s, 2, { stride: 1, padding: 1, dilation: 2 }), "maxPool_2,stride=1,padding=1,dilation=2(s)"],
  ["max-pool", (_, v) => nn.adaptiveMaxPool2d(ops.sum(v, { dim: 2 }), 3), "adaptiveMaxPool_3×3(Σ_k v)"],
  ["average pool", (_, v) => nn.avgPool3d(v, 2), "avgPool_2×2×2(v)"],
  ["average pool", (x) => nn.avgPool2d(x, [1, 3], { padding: [0, 1], countIncludePad: false }), "avgPool_1×3,padding=0×1,inside(x)"],
  ["average pool", (x) => nn.adaptiveAvgPool2d(x, 1), "avgPool_4×6(x)"],
  ["average pool", (x) => nn.adaptiveAvgPool2d(x, [2, 4]), "adaptiveAvgPool_2×4(x)"],
  ["upsample to the nearest", (x) => nn.upsample(x, { scaleFactor: 2 }), "upsample_8×12(x)"],
  ["upsample between two", (x) => nn.upsample(x, { scaleFactor: 2, mode: "bilinear" }), "upsample_bilinear,8×12(x)"],
  ["upsample between corners", (x) => nn.upsample(x, { scaleFactor: 2, mode: "bilinear", alignCorners: true }), "upsample_bilinear,corners,8×12(x)"],
  ["patches", (x) => ops.window(ops.window(x, 2, { dim: 2 }), 1, { dim: 3 }), "patches_2×1(x)"],
  [
    "patchesᵀ",
    (x) => ops.fold(ops.fold(ops.reshape(x, ["batch", 2, 2, 2, 6]), 7, { dim: 2 }), 3, { dim: 1 }),
    "patchesᵀ_2×6(reshape(x, [batch, 2, 2, 2, 6]))",
  ],
];

test("they are printed by name", async () => {
  expect(await printed(cases.map(([, body]) => body))).toEqual(cases.map(([, , text]) => text));
});

test("what is near to them is written out", async () => {
  const others = await printed([
    (x) => ops.amax(ops.window(ops.window(x, 2, { dim: 2 }), 2, { dim: 3 }), { dim: -1 }),
    (x) => ops.div(ops.sum(ops.window(ops.window(x, 2, { dim: 2 }), 2, { dim: 3 }), { dim: [4, 5] }), 5),
    (x) => ops.window(ops.pad(x, [0, 0, 0, 1], [0, 0, 0, 1], 2), 2, { dim: 3 }),
  ]);
  expect(others).toEqual(["max_n(patches_2×2(x))", "(Σ_m,n patches_2×2(x)) / 5", "windows_l,2(pad_1:1(x, 2))"]);
});

test("the gradient of an upsample has its name, where cells lie as that says", async () => {
  const definition = (options: UpsampleOptions) =>
    model("up", { x: f32("batch", 1, 3, 2) }, ({ x }) => ({
      outputs: { x },
      loss: ops.sum(ops.exp(nn.upsample(nn.conv2d(x, 1, 1, c), options))),
    }));
  const of = async (options: UpsampleOptions) => Object.values((await formulas(definition(options))).gradients).join("\n");
  expect(await of({ scaleFactor: 2 })).toContain("upsampleᵀ_cells=3×2(");
  expect(await of({ scaleFactor: 2, mode: "bilinear" })).toContain("upsampleᵀ_bilinear,cells=3×2(");
  expect(await of({ size: [7, 3], mode: "bilinear", alignCorners: true })).toContain("upsampleᵀ_bilinear,corners,cells=3×2(");
  expect(await of({ scaleFactor: 1.4 })).not.toContain("upsampleᵀ");
});

test("the gradient of a convolution is a transposed one, and the other way round", async () => {
  const definition = model("adjoint", { x: f32("batch", 1, 5, 5) }, ({ x }) => {
    const z = nn.conv2d(nn.conv2d(x, 2, 1, { name: "a", bias: false }), 1, 3, { name: "c", bias: false, stride: 2 });
    const y = nn.convTranspose2d(z, 1, 3, { name: "t", bias: false });
    return { outputs: { z }, loss: ops.sum(ops.mul(y, y)) };
  });
  const { gradients } = await formulas(definition);
  expect(gradients["a.weight"]).toContain("δ_a[n,i,b,d] = Σ_o,p,q,u,v δ_c[n,o,p,q]·W_c[o,i,u,v]·[2·p+u = b]·[2·q+v = d]");
  expect(gradients["c.weight"]).toContain("δ_c[n,o,p,q] = Σ_i,u,v W_t[o,i,u,v]·δ_t[n,i,p+u,q+v]");
});

test("what is padded under a name of its own is slid over by that name", async () => {
  const definition = model("causal", { x: f32("batch", 1, 6) }, ({ x }) => {
    const padded = ops.pad(x, [0, 0, 2], [0, 0, 0]);
    const late = nn.conv1d(padded, 2, 3, { name: "c", bias: false });
    const low = ops.pad(late, [0, 0, 1], [0, 0, 1], Number.NEGATIVE_INFINITY);
    const most = nn.maxPool1d(low, 2);
    return { outputs: { padded, late, low, most }, loss: ops.sum(ops.square(most)) };
  });
  const { forward } = await formulas(definition);
  expect(forward.late).toContain("late[n,o,p] = Σ_i,u W_c[o,i,u]·padded[n,i,p+u]");
  expect(forward.most).toContain("most[n,o,p] = max_u<2 low[n,o,2·p+u]");
});

test("every form has a case", () => {
  const gradients = new Set([...spatialGradients, ...adaptiveGradients, ...upsampleGradients].map(({ name }) => name));
  expect(new Set(cases.map(([form]) => form))).toEqual(new Set(spatialForms.flatMap(({ name }) => (gradients.has(name) ? [] : [name]))));
});
