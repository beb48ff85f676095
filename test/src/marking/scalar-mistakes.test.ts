// Claims in the signs of scalars: other forms that are right, and mistakes with their kinds and places.
import { expect, test } from "vitest";
import type { Program } from "../../../compiler/ir/entry.ts";
import { f32, i32, losses, model, nn, ops, parameter } from "../../../src/index.ts";
import { openDefinition } from "../../../src/open.ts";
import { marked, saidOf } from "./scalar-claims.ts";

const course = model("net221", { x: f32(2), y: f32(1) }, ({ x, y }) => {
  const z = nn.tanh(nn.linear(x, 2));
  const yhat = nn.tanh(nn.linear(z, 1));
  return { outputs: { yhat }, loss: losses.mse(yhat, y, { reduction: "sum" }) };
});
const deep = model("deep", { x: f32("batch", 3), y: f32("batch", 2) }, ({ x, y }) => {
  const h = nn.sigmoid(nn.linear(x, 5));
  const m = nn.tanh(nn.linear(h, 4));
  const out = nn.linear(m, 2);
  return { outputs: { out }, loss: losses.mse(out, y) };
});
const classes = model("classes", { x: f32("batch", 2), y: i32("batch") }, ({ x, y }) => {
  const logits = nn.linear(x, 3);
  return { outputs: { logits }, loss: losses.crossEntropy(logits, y) };
});
const xor = model("xor", { x: f32(4, 2), y: f32(4, 1) }, ({ x, y }) => {
  const h = nn.tanh(nn.linear(x, 2));
  const out = nn.linear(h, 1);
  return { outputs: { out }, loss: losses.mse(out, y, { reduction: "sum" }) };
});
const squares = model("squares", { x: f32("batch", 2), y: f32("batch", 2) }, ({ x, y }) => {
  const W = parameter([2, 3]);
  const h = nn.relu(ops.add(ops.matmul(x, W), parameter([3])));
  const m = nn.leakyRelu(nn.linear(h, 3), 0.1);
  const out = nn.sigmoid(nn.linear(m, 2));
  return { outputs: { out }, loss: ops.add(losses.bce(out, y), ops.mul(0.01, ops.sum(ops.square(W)))) };
});
const [net, three, softmax, four, penalised] = (
  await Promise.all([course, deep, classes, xor, squares].map((each) => openDefinition(each, { allow: ["two-linear-layers"] })))
).map(({ program }) => program) as [Program, Program, Program, Program, Program];

const right = (lines: readonly string[]) => lines.map(() => "right");

test("other forms of what the page says are right, of one neuron and of all", () => {
  const lines = [
    "δ_1 = g'(a_1)*w_11^(2)*delta_3",
    "delta_2 = delta_3*w_21^(2)*(1 - z_2^2)",
    "δ_j = (1 - z_j)(1 + z_j) w_j1^(2) δ_3",
    "δ_j = g′(a_j)·Σ_k w_jk^(2)·δ_k",
    "δ_j = Σ_k g'(a_j)*w_jk^(2)*δ_{2+k}",
    "a_3 = w_13^(2) z_1 + w_23^(2) z_2 + w_03^(2)",
    "a_j = Σ_i w_ij^(1)·x_i + w_0j^(1)",
    "z_j = g(a_j)",
    "ŷ = tanh(a_3)",
    "∂L/∂a_j = g'(a_j)*w_j1^(2)*dL/da_3",
    "∂L/∂z_j = w_j1^(2)*δ_3",
    "dL/dyhat = 2(yhat - y)",
    "∂L/∂w_12^(1) = δ_2·x_1",
    "∂L/∂w_ij^(1) = δ_j·x_i",
    "∂L/∂w_ji^(1) = x_j·δ_i",
    "∂L/∂w_i1^(1) = x_i·δ_1",
    "∂L/∂w_ij^(2) = δ_{2+j}·z_i",
    "∂L/∂w_01^(2) = 2(ŷ − y) g'(a_3)",
    "∂L/∂x_i = w_i1^(1) δ_1 + w_i2^(1) δ_2",
    "g'(a_j) = 1 - tanh(a_j)^2",
    "g(u) = (exp(u) - exp(-u))/(exp(u) + exp(-u))",
    "g'(a) = 1 - g(a)^2",
  ];
  expect(saidOf(net, "neurons", lines)).toEqual(right(lines));
});

test("of modules, with layers before or behind indices and in whole vectors", () => {
  const lines = [
    "δ^(4)_1 = 2(z^(4)_1 - y)",
    "δ_1^{(3)} = δ_1^(4)(1 - z_1^(4)^2)",
    "δ_j^(2) = Σ_k w_jk^(3) δ_k^(3)",
    "δ_j^(1) = δ_j^(2)·tanh'(z_j^(1))",
    "∂L/∂z_j^(1) = δ_j^(1)",
    "∂L/∂W_ij^(1) = δ_j^(1)·x_i",
    "δ^(2) = W^(3)·δ^(3)",
    "δ^(1) = δ^(2) ⊙ (1 − (z^(2))^2)",
    "∂L/∂W^(1) = x ⊗ δ^(1)",
    "z^(1) = x·W^(1) + w_0^(1)",
  ];
  expect(saidOf(net, "modules", lines)).toEqual(right(lines));
});

test("letters stand for neurons of the layer that weights tell, numbers for those of the network", () => {
  const lines = [
    "δ_j = g₁'(a_j) Σ_k w_jk^(2) δ_k",
    "δ_j = g_2'(a_j) Σ_k w_jk^(3) δ_k",
    "δ_{5+j} = (1 − z_{5+j}^2)·Σ_k w_jk^(3)·δ_{9+k}",
    "δ_6 = (1 − z_6^2)·(w_11^(3)·δ_10 + w_12^(3)·δ_11)",
    "a_j = Σ_i w_ij^(2) z_i + w_0j^(2)",
    "∂L/∂w_ij^(2) = δ_j·z_i",
    "∂L/∂w_ij^(3) = δ_{9+j}·z_{5+i}",
    "∂L/∂w_{3,2}^(2) = δ_7·z_3",
  ];
  expect(saidOf(three, "neurons", lines)).toEqual(right(lines));
});

test("mistakes of the course's kinds, each by its kind and place", () => {
  const lines = [
    "δ_j = Σ_k g'(a_k)·w_jk^(2)·δ_k",
    "∂L/∂w_ij^(1) = (Σ_k g'(a_k)·w_jk^(2)·δ_k)·x_i",
    "δ_1 = g'(a_2)·w_11^(2)·δ_3",
    "δ_j = w_j1^(2)·δ_3",
    "δ_j = g'(a_j)·δ_3",
    "δ_j = (1 - z_j)·w_j1^(2)·δ_3",
    "δ_j = z_j(1 − z_j)·w_j1^(2)·δ_3",
    "δ_j = g'(a_j)·w_1j^(2)·δ_3",
    "δ_j = g'(a_j)·w_jk^(2)·δ_k",
    "δ_3 = −2·g'(a_3)·(ŷ − y)",
    "δ_3 = g'(a_3)·(ŷ − y)",
    "∂L/∂w_ij^(1) = δ_i·x_j",
    "∂L/∂w_12^(1) = δ_1·x_2",
    "∂L/∂w_ij^(1) = w_j1^(2)·δ_3·x_i",
    "∂L/∂w_i1^(2) = δ_3·x_i",
    "∂L/∂w_i1^(2) = δ_3",
    "∂L/∂z_j = g'(a_j)·w_j1^(2)·δ_3",
    "a_j = Σ_i w_ji^(1)·x_i + w_0j^(1)",
    "a_1 = w_11^(1)·x_1 + w_21^(1)·x_2",
    "a_1 = w_11^(1)·x_1 + w_12^(1)·x_2 + w_01^(1)",
    "g'(a_j) = 1 - z_j",
  ];
  expect(saidOf(net, "neurons", lines)).toMatchInlineSnapshot(`
    [
      "wrong | exchanged | a₃ stands where aⱼ belongs",
      "wrong | exchanged | in δⱼ: a₃ stands where aⱼ belongs",
      "wrong | exchanged | a₂ stands where a₁ belongs",
      "wrong | missing | the factor g′(aⱼ) is missing",
      "wrong | missing | the factor wⱼ₁⁽²⁾ is missing",
      "wrong | missing | the exponent 2 is missing",
      "wrong | exchanged | sigmoid′ stands where tanh′ belongs",
      "wrong | transpose | it is right with wⱼ₁⁽²⁾ in place of w₁ⱼ⁽²⁾",
      "wrong | missing | the sum over k is missing",
      "wrong | sign | the sign is wrong",
      "wrong | factor | it is 0.5 times δ₃",
      "wrong | transpose | it is the transpose of the gradient",
      "wrong | transpose | ∂L/∂w₂₁⁽¹⁾ stands where ∂L/∂w₁₂⁽¹⁾ belongs",
      "wrong | missing | in δⱼ: the factor g′(aⱼ) is missing",
      "wrong | exchanged | xᵢ stands where zᵢ belongs",
      "wrong | missing | the factor zᵢ is missing",
      "wrong | extra | the factor 1 − (zⱼ²) is one too many",
      "wrong | transpose | wⱼᵢ⁽¹⁾ stands where wᵢⱼ⁽¹⁾ belongs",
      "wrong | missing | the term w₀₁⁽¹⁾ is missing",
      "wrong | transpose | w₁₂⁽¹⁾ stands where w₂₁⁽¹⁾ belongs",
      "wrong | exchanged | it is right with zⱼ² in place of zⱼ",
    ]
  `);
});

test("of a batch and of wide layers", () => {
  const lines = [
    "δ_nj^(2) = (1 − (z_nj^(2))^2)·Σ_k w_jk^(3)·δ_nk^(3)",
    "δ_nj^(2) = (1 − (z_nj^(2))^2)·Σ_k w_kj^(3)·δ_nk^(3)",
    "δ_nj^(1) = Σ_k z_nk^(2)·(1 − z_nk^(2))·w_jk^(2)·δ_nk^(2)",
    "δ_nk^(3) = out_nk − y_nk",
    "δ_nk^(3) = 2/N·(out_nk − y_nk)",
    "∂L/∂w_ij^(1) = Σ_n x_ni·δ_nj^(1)",
    "∂L/∂w_ij^(1) = x_ni·δ_nj^(1)",
    "∂L/∂w_ij^(1) = 1/N·Σ_n x_ni·δ_nj^(1)",
    "∂L/∂w_ij^(1) = Σ_n δ_ni^(1)·x_nj",
    "L = Σ_n ((out_n1 − y_n1)^2 + (out_n2 − y_n2)^2)/2",
  ];
  expect(saidOf(three, "index", lines)).toMatchInlineSnapshot(`
    [
      "right",
      "wrong | transpose | it is right with wⱼₖ⁽³⁾ in place of wₖⱼ⁽³⁾",
      "wrong | exchanged | zₙₖ⁽²⁾ stands where zₙⱼ⁽¹⁾ belongs",
      "wrong | factor | the division by N is missing",
      "wrong | factor | it is 2 times δₙₖ⁽³⁾",
      "right",
      "wrong | missing | the sum over n is missing",
      "wrong | factor | the division by N is one too many",
      "wrong | transpose | it is the transpose of the gradient",
      "wrong | factor | the division by N is missing",
    ]
  `);
});

test("of several layers with other activations and a penalty", () => {
  const neurons = [
    "δ_4 = g_1'(a_4)·(w_11^(3)·δ_7 + w_12^(3)·δ_8)",
    "δ_4 = g_3'(a_4)·(w_11^(3)·δ_7 + w_12^(3)·δ_8)",
    "δ_4 = g_2'(a_4)·w_11^(3)·δ_7 + w_12^(3)·δ_8",
    "δ_4 = g_2'(a_4)·Σ_k w_k1^(3)·δ_{6+k}",
    "δ_j = g_1'(a_j)·Σ_k w_jk^(2)·δ_{6+k}",
    "δ_7 = g_3'(a_7)·(out_1 − y_1)/2",
    "δ_7 = (a_7 − y_1)/2",
    "∂L/∂w_ij^(1) = x_j·δ_i + 0.02·w_ij^(1)",
    "∂L/∂w_ij^(1) = x_i·δ_j + 0.02·w_ji^(1)",
  ];
  expect(saidOf(penalised, "neurons", neurons)).toMatchInlineSnapshot(`
    [
      "wrong | exchanged | g₁′(a₄) stands where g₂′(a₄) belongs",
      "wrong | exchanged | g₃′(a₄) stands where g₂′(a₄) belongs",
      "wrong | exchanged | g₂′(a₄)·(w₁₁⁽³⁾·δ₇) + w₁₂⁽³⁾·δ₈ stands where g₂′(a₄)·(w₁₁⁽³⁾·δ₇ + w₁₂⁽³⁾·δ₈) belongs",
      "wrong | transpose | it is right with w₁ₖ⁽³⁾ in place of wₖ₁⁽³⁾",
      "wrong | exchanged | it is right with δ₃₊ₖ in place of δ₆₊ₖ",
      "wrong | extra | it is right with (out₁ − y₁)/2 in place of g_3'(a₇)·(out₁ − y₁)/2",
      "wrong | exchanged | a₇ stands where out₁ belongs",
      "wrong | transpose | it is right with xᵢ·δⱼ in place of xⱼ·δᵢ",
      "wrong | transpose | it is right with wᵢⱼ⁽¹⁾ in place of wⱼᵢ⁽¹⁾",
    ]
  `);
  const index = [
    "δ_nj^(2) = leakyRelu_0.1'(a_nj^(2))·Σ_k w_jk^(3)·δ_nk^(3)",
    "δ_nj^(2) = leakyRelu'_0.1(a_nj^(2))·Σ_k w_jk^(3)·δ_nk^(3)",
    "δ_nj^(2) = relu'(a_nj^(2))·Σ_k w_jk^(3)·δ_nk^(3)",
    "∂L/∂w_ij^(1) = 1/N·Σ_n x_ni·δ_nj^(1) + 0.02·w_ij^(1)",
    "∂L/∂w_ij^(1) = Σ_n (x_ni·δ_nj^(1) + 0.02·w_ij^(1))",
  ];
  expect(saidOf(penalised, "index", index)).toMatchInlineSnapshot(`
    [
      "right",
      "right",
      "wrong | exchanged | relu′(aₙⱼ⁽²⁾) stands where g₂′(aₙⱼ⁽²⁾) belongs",
      "wrong | exchanged | the mean over the rows stands where their sum belongs",
      "wrong | exchanged | Σ_n (xₙᵢ·δₙⱼ⁽¹⁾ + 0.02·wᵢⱼ⁽¹⁾) stands where Σ_n xₙᵢ·δₙⱼ⁽¹⁾ + 0.02·wᵢⱼ⁽¹⁾ belongs",
    ]
  `);
  const modules = ["δ_j^(1) = z_j^(1)·(1 − z_j^(1))·δ_j^(2)", "δ_j^(2) = Σ_k w_kj^(3)·δ_k^(3)"];
  expect(saidOf(three, "modules", modules)).toMatchInlineSnapshot(`
    [
      "wrong | exchanged | zⱼ⁽¹⁾ stands where zⱼ⁽²⁾ belongs",
      "wrong | transpose | it is right with wⱼₖ⁽³⁾ in place of wₖⱼ⁽³⁾",
    ]
  `);
});

test("of a softmax, and of a batch of four examples as one", () => {
  const ofClasses = [
    "δ_j = p_j − t_j",
    "δ_j = t_j − p_j",
    "δ_j = p_j",
    "p_j = exp(a_j)/Σ_l exp(a_l)",
    "p_j = exp(a_j)",
    "∂L/∂w_ij^(1) = (p_i − t_i)·x_j",
    "L = −Σ_l t_l·log(p_l)",
  ];
  expect(saidOf(softmax, "neurons", ofClasses)).toMatchInlineSnapshot(`
    [
      "right",
      "wrong | sign | the sign is wrong",
      "wrong | missing | the term tⱼ is missing",
      "right",
      "wrong | missing | the division by exp(a₁) + exp(a₂) + exp(a₃) is missing",
      "wrong | transpose | it is the transpose of the gradient",
      "right",
    ]
  `);
  const ofFour = ["L = (out − y)^2", "δ_3 = 2·(out − y)", "∂L/∂w_ij^(1) = δ_j·x_i", "∂L/∂w_ij^(1) = δ_j/4·x_i"];
  expect(saidOf(four, "neurons", ofFour)).toMatchInlineSnapshot(`
    [
      "right",
      "right",
      "right",
      "wrong | factor | it is 0.25 times the gradient",
    ]
  `);
});

test("an error is carried forward, of one neuron too, and names of one's own have letters", () => {
  const said = (text: string) =>
    marked(net, "neurons", text).map(({ verdict, from, hint }) => [verdict, from, hint].filter((each) => each !== undefined).join(" | "));
  expect(said("δ_1 = w_11^(2)·δ_3\n∂L/∂w_11^(1) = δ_1·x_1\n∂L/∂w_12^(1) = δ_2·x_1\n∂L/∂w_ij^(1) = δ_j·x_i")).toMatchInlineSnapshot(`
    [
      "wrong | the factor g′(a₁) is missing",
      "carried | 1 | error carried forward from line 1: it is right with the right δ₁",
      "right",
      "carried | 1 | error carried forward from line 1: it is right with the right δ₁",
    ]
  `);
  expect(said("u_j = g'(a_j)·w_j1^(2)\nδ_j = u_j·δ_3\nδ_2 = u_2·δ_3\nv = 2(ŷ − y)\nδ_3 = v·g'(a_3)")).toEqual([
    "defined",
    "right",
    "right",
    "defined",
    "right",
  ]);
});

test("what means nothing is said with its place and what is near", () => {
  const lines = [
    "δ_9 = 3",
    "δ_3 = q_1",
    "δ_3 = w_11",
    "w_11^(1) = 3",
    "x_1 = 3",
    "∂L/∂q = 3",
    "∂L/∂w_33^(1) = 3",
    "δ_j = h'(a_j)",
    "δ_j = g_9'(a_j)",
    "δ_999999999 = 1",
    "δ_{} = 1",
    "3 = δ_3",
    "δ_3 =",
  ];
  expect(saidOf(net, "neurons", lines)).toMatchInlineSnapshot(`
    [
      "unread | unreadable | There is no value "δ_9" on the page; at line 1, column 1; help: "δⱼ"?",
      "unread | unreadable | There is no value "q_1" on the page; at line 1, column 7",
      "unread | unreadable | There is no value "w_11" on the page; at line 1, column 7; help: "wᵢⱼ⁽¹⁾"?",
      "unread | unreadable | Cannot read the formula; got w_11^(1), which is given; expected its gradient, ∂L/∂w_11^(1); at line 1, column 1",
      "unread | unreadable | Cannot read the formula; got x_1, which is given; expected its gradient, ∂L/∂x_1; at line 1, column 1",
      "unread | unreadable | There is no gradient "∂L/∂q" on the page; at line 1, column 1; help: "∂L/∂xᵢ"?",
      "unread | unreadable | There is no derivative "∂L/∂w_33^(1)" on the page; at line 1, column 1; help: "∂L/∂wᵢⱼ⁽¹⁾"?",
      "unread | unreadable | There is no value "h" on the page; at line 1, column 7",
      "unread | unreadable | There is no function "g_9'" on the page; at line 1, column 7; help: "g'"?",
      "unread | unreadable | There is no value "δ_999999999" on the page; at line 1, column 1",
      "unread | unreadable | There is no value "δ_{}" on the page; at line 1, column 1; help: "δⱼ"?",
      "unread | unreadable | Cannot read the formula; got "3"; expected a sign of the page such as δ_1 or ∂L/∂w_11^(1) on the left of =; at line 1, column 1",
      "unread | unreadable | Cannot read the formula; got the end of the formula; expected a name, a number or a function; at line 1, column 6",
    ]
  `);
});

test("what is right of one class alone is wrong", () => {
  const lines = ["δ_1 = p_1 − 1", "δ_2 = p_2", "L = −log(p_3)"];
  expect(saidOf(softmax, "neurons", lines).map((said) => said.split(" ")[0])).toEqual(["wrong", "wrong", "wrong"]);
});
