// Letters below names in the signs of programs: `W_ij`.
import { expect, test } from "vitest";
import { f32, i32, losses, model, nn, ops, parameter } from "../../../src/index.ts";
import { netOf } from "./nets.ts";

const sigmoid = await netOf(
  model("sigmoid", { x: f32("batch", 3), y: f32("batch", 2) }, ({ x, y }) => {
    const [W, b] = [parameter([3, 2], { name: "W" }), parameter([2], { name: "b" })];
    const z = ops.add(ops.matmul(x, W), b);
    const p = ops.sigmoid(z);
    return { outputs: { z, p }, loss: losses.mse(p, y) };
  }),
);

const classes = await netOf(
  model("classes", { x: f32("batch", 2), y: i32("batch") }, ({ x, y }) => {
    const logits = nn.linear(x, 3, { name: "logits" });
    return { outputs: { logits }, loss: losses.crossEntropy(logits, y) };
  }),
);

/** Names that end as letters below would: `x_i` and `W_ij` are values here. */
const named = await netOf(
  model("named", { x_i: f32("batch", 3), y: f32("batch", 2) }, ({ x_i: input, y }) => {
    const weight = parameter([3, 2], { name: "W_ij" });
    const out = ops.matmul(input, weight);
    return { outputs: { out }, loss: losses.mse(out, y) };
  }),
);

type Net = typeof sigmoid;
const verdicts = (net: Net, ...lines: string[]): string[] => net.mark(lines.join("\n")).map(({ verdict }) => verdict);

test.each([
  "dloss/dW_ij = sum_n x_ni*delta_nj",
  "dL/dw_{ij} = sum_n x_{ni}*delta_z_{nj}",
  "∂L/∂wᵢⱼ = Σₙ xₙᵢ·δₙⱼ",
  "z_nj = sum_i x_ni*W_ij + b_j",
  "delta_nj = 1/batch*(p_nj - y_nj)*p_nj*(1 - p_nj)",
])("%s is right", (claim) => {
  expect(verdicts(sigmoid, claim)).toEqual(["right"]);
});

test.each([
  ["dL/dW_ij = x_ni*delta_nj", "the sum over n is missing"],
  ["delta_nj = 1/batch*(p_nj - y_nj)*p_nj", "the factor 1 − p is missing"],
  ["z_nj = sum_i x_ni*W_ji + b_j", "the letter i for axes of 3 and 2"],
])("%s is wrong", (claim, hint) => {
  expect(sigmoid.mark(claim)).toMatchObject([{ verdict: "wrong", hint: expect.stringContaining(hint) }]);
});

test.each(["dL/dW_ijk = 3", "dL/dW_zz = 3", "dL/dv_ij = 3"])("%s is of no gradient", (claim) => {
  expect(sigmoid.mark(claim)).toMatchObject([{ verdict: "unread", hint: expect.stringContaining("There is no gradient") }]);
});

test("the only weights of layers are W, and places that are numbers count from 1", () => {
  const lines = [
    "dL/dW = x'*delta",
    "dL/dw_ik = sum_n x_ni*delta_nk",
    "p = softmax(logits)",
    "t = onehot(y)",
    "delta_nk = 1/N*(p_nk*(t_n1 + t_n2 + t_n3) - t_nk)",
  ];
  expect(verdicts(classes, ...lines)).toEqual(["right", "right", "defined", "defined", "right"]);
});

test("an error under one spelling is carried to the others", () => {
  const lines = ["delta_nj = 1/batch*(p_nj - y_nj)*p_nj", "dL/dW_ij = sum_n x_ni*delta_nj", "∂L/∂b = Σ_batch δ_z"];
  expect(verdicts(sigmoid, ...lines)).toEqual(["wrong", "carried", "carried"]);
});

test("a name that ends in letters is that name", () => {
  expect(verdicts(named, "dL/dW_ij = x_i' * delta_out", "out_nk = sum_i x_i[n,i]*W_ij[i,k]")).toEqual(["right", "right"]);
});

test("what is found in two ways is said once", () => {
  const [{ hint, detail } = {}] = sigmoid.mark("δ_z = (p − y) ⊙ p ⊙ (1 − p)");
  expect({ hint, detail }).toEqual({ hint: "the division by batch is missing", detail: undefined });
});

test.each(["δ_z = (1, 2)", "δ_z = p·(p, y)", "δ_z = y = (n,j)"])("%s has several values where one belongs", (claim) => {
  const last = sigmoid.mark(claim).at(-1);
  expect(last).toMatchObject({ verdict: "unread", hint: expect.stringContaining("several values in parentheses") });
});
