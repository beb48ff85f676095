// The formula of each activation is its name; what is near to it is written out.
import { expect, test } from "vitest";
import { activationForms } from "../../../compiler/describe/activation-forms.ts";
import { formulas } from "../../../src/compile.ts";
import { f32, model, nn, ops, type Tensor } from "../../../src/index.ts";

type Body = (x: Tensor) => Tensor;

async function printed(bodies: readonly Body[]): Promise<string[]> {
  const definition = model("forms", { x: f32("batch", 4) }, ({ x }) => ({
    outputs: Object.fromEntries(bodies.map((body, i) => [`y${i}`, body(x)])),
  }));
  const { forward } = await formulas(definition);
  return bodies.map((_, i) => forward[`y${i}`]?.replace(/^\w+ = /, "") as string);
}

const cases: readonly [form: string, body: Body, printed: string][] = [
  ["leakyRelu", nn.leakyRelu, "leakyRelu(x)"],
  ["leakyRelu", nn.leakyRelu(0.2), "leakyRelu_0.2(x)"],
  ["prelu", nn.prelu({ name: "p" }), "prelu(x, a_p)"],
  ["elu", nn.elu, "elu(x)"],
  ["elu of alpha", nn.elu(0.5), "elu_0.5(x)"],
  ["elu", nn.celu, "elu(x)"],
  ["celu", nn.celu(2), "celu_2(x)"],
  ["selu", nn.selu, "selu(x)"],
  ["hardtanh", nn.hardtanh, "hardtanh(x)"],
  ["hardtanh", nn.hardtanh(-2, 3), "hardtanh_−2,3(x)"],
  ["hardtanh", nn.relu6, "relu6(x)"],
  ["hardsigmoid", nn.hardsigmoid, "hardsigmoid(x)"],
  ["hardswish", nn.hardswish, "hardswish(x)"],
  ["logsigmoid", nn.logsigmoid, "logsigmoid(x)"],
  ["silu", nn.silu, "silu(x)"],
  ["mish", nn.mish, "mish(x)"],
  ["softsign", nn.softsign, "softsign(x)"],
  ["tanhshrink", nn.tanhshrink, "tanhshrink(x)"],
  ["gelu", nn.gelu, "gelu(x)"],
  ["gelu by tanh", nn.gelu({ approximate: "tanh" }), "gelu_tanh(x)"],
  ["glu", nn.glu, "glu(x)"],
  ["glu", (x) => nn.glu(ops.exp(ops.stack([x, x], { dim: 1 })), { dim: 1 }), "glu_j(exp(stack_j(x, x)))"],
];

test("activations are printed by name", async () => {
  expect(await printed(cases.map(([, body]) => body))).toEqual(cases.map(([, , text]) => text));
});

test("every form has a case", () => {
  expect(new Set(cases.map(([form]) => form))).toEqual(new Set(activationForms.map(({ name }) => name)));
});

test("what is near to an activation is written out", async () => {
  const { where, compare, mul, expm1, add, erf, slice, sigmoid } = ops;
  const others = await printed([
    (x) => where(compare(x, 0, "ge"), x, mul(x, 0.5)),
    (x) => where(compare(x, 0, "lt"), expm1(x), x),
    (x) => where(compare(x, 0, "le"), mul(1.5, expm1(x)), mul(1.25, x)),
    (x) => where(compare(x, -1, "lt"), -1, where(compare(x, 1, "ge"), 1, x)),
    (x) => mul(mul(x, 0.5), add(1, erf(mul(x, 0.75)))),
    (x) => mul(slice(x, [0, 2], ["batch", 2]), sigmoid(slice(x, [0, 0], ["batch", 2]))),
    (x) => mul(x, sigmoid(mul(x, 2))),
  ]);
  expect(others).toMatchInlineSnapshot(`
    [
      "{x if x ≥ 0, else 0.5·x}",
      "{expm1(x) if x < 0, else x}",
      "{1.5·expm1(x) if x ≤ 0, else 1.25·x}",
      "{−1 if x < −1, else {1 if x ≥ 1, else x}}",
      "0.5·x ⊙ (erf(0.75·x) + 1)",
      "slice_2:4(x) ⊙ sigmoid(slice_0:2(x))",
      "x ⊙ sigmoid(2·x)",
    ]
  `);
});
