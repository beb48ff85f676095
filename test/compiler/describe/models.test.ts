import { expect, test } from "vitest";
import { describe as describeParts, equationsOf } from "../../../compiler/describe/equations.ts";
import { readable } from "../../../compiler/describe/readable.ts";
import type { Definition, Equation } from "../../../compiler/formula/equation.ts";
import { evaluate, type Source } from "../../../compiler/interpret.ts";
import type { ProgramOptions } from "../../../src/compile-options.ts";
import type { Declared } from "../../../src/declare.ts";
import { partsToRead } from "../../../src/described.ts";
import { program } from "../../../src/entries.ts";
import { f32, i32, losses, nn, ops, optim, parameter, type Tensor } from "../../../src/index.ts";
import { assigned, define, source, within } from "../../src/running.ts";
import type { Array64 } from "./arrays.ts";
import { evaluateLine } from "./evaluate-tree.ts";

const partsOf = (declared: Declared, options: ProgramOptions = {}) => partsToRead(readable(program(declared, options)));

/** `const NAME = activation(nn.linear(x, width))` */
const dense = (name: string, x: Tensor, width: number, activation: (z: Tensor) => Tensor): Tensor => {
  const z = within(1, name, `${name} linear`, () => nn.linear(x, width));
  return assigned(1, name, () => activation(z));
};
const linear = (name: string, x: Tensor, width: number): Tensor => assigned(2, name, () => nn.linear(x, width));

const housing = () =>
  define({ x: f32("batch", 3), y: f32("batch", 1) }, ({ x, y }) => {
    const scaled = within(1, "hidden", "nn.standardize", () => nn.standardize(x));
    const price = linear("price", dense("hidden", scaled, 2, nn.tanh), 1);
    return { outputs: { price }, loss: losses.mse(price, y) };
  });

const iris = () =>
  define({ x: f32("batch", 3), y: i32("batch") }, ({ x, y }) => {
    const logits = linear("logits", dense("hidden", x, 2, nn.relu), 3);
    return { outputs: { logits }, loss: losses.crossEntropy(logits, y) };
  });

const titanic = () =>
  define({ x: f32("batch", 3), y: f32("batch", 1) }, ({ x, y }) => {
    const z = linear("z", x, 1);
    return { outputs: { z }, loss: losses.bceWithLogits(z, y) };
  });

/** Three linear layers in a row, which are one. */
const inARow = () =>
  define({ x: f32("batch", 3), y: f32("batch", 1) }, ({ x, y }) => {
    const f = assigned(1, "f", () => nn.linear(x, 4));
    const g = linear("g", f, 2);
    const h = assigned(3, "h", () => nn.linear(g, 1));
    return { outputs: { h }, loss: losses.mse(h, y) };
  });

const lines = (equations: Readonly<Record<string, string>>) => `\n${Object.values(equations).join("\n")}\n`;

test("layers by name, and what they mean below", () => {
  const declared = () =>
    define({ x: f32("batch", 2, 4), y: f32("batch", 2, 4) }, ({ x, y }) => {
      const h = assigned(1, "h", () => nn.layerNorm(x));
      const p = assigned(2, "p", () => nn.scaledDotProductAttention(h, h, h, { isCausal: true }));
      return { outputs: { p }, loss: losses.mse(p, y) };
    });
  expect(lines(describeParts(partsOf(declared())).forward)).toMatchInlineSnapshot(`
    "
    σ_h = √(var_k(x) + 0.00001)
    xhat_h = (x − mean_k(x)) / σ_h[i,j]
    h = xhat_h ⊙ γ_h + β_h
    S_p = (h·hᵀ) / 2
    masked_p[n,i,j] = {S_p[n,i,j] if j ≤ i, else −∞}
    A_p = softmax(masked_p)
    p = A_p·h
    loss = mean((p − y)²)
    "
  `);
  expect(describeParts(partsOf(declared()), "latex").forward.h).toMatchInlineSnapshot(`"h = \\hat{x}_{h} \\odot \\gamma_{h} + \\beta_{h}"`);
  expect(describeParts(partsOf(declared())).gradients["h.weight"]).toMatchInlineSnapshot(`
    "∂loss/∂γ_h[j] = Σ_n,s δ_h[n,s,j]·xhat_h[n,s,j]
      where δ_h = A_pᵀ·δ_p + δ_S_p/2·h + (δ_S_p/2)ᵀ·h
            δ_p = (p − y) / (batch·4)
            δ_S_p = A_p ⊙ (δ_A_p − Σ_k δ_A_p ⊙ A_p)
            δ_A_p = δ_p·hᵀ"
  `);
});

test("gates with weights of their own, heads side by side", () => {
  const declared = define({ x: f32("batch", 5, 4) }, ({ x }) => {
    const p = assigned(1, "p", () => nn.multiheadAttention(x, x, x, 2, { bias: false }));
    const rec = assigned(2, "rec", () => nn.lstm(p, 3, { bias: false }));
    return { outputs: { rec: rec.output }, loss: ops.sum(rec.output) };
  });
  const { forward, gradients } = describeParts(partsOf(declared));
  expect(lines({ p: forward.p as string, i: forward["rec.i"] as string, c: forward["rec.c"] as string })).toMatchInlineSnapshot(`
    "
    p = joined(O_p)·W_p_out_proj
    rec_i_t = sigmoid(p_t·W_i_rec + rec_h_{t−1}·U_i_rec)
      where W_rec = concat_j(W_i_rec, W_f_rec, W_g_rec, W_o_rec)
            U_rec = concat_j(U_i_rec, U_f_rec, U_g_rec, U_o_rec)
    rec_c_t = rec_f_t ⊙ rec_c_{t−1} + rec_i_t ⊙ rec_g_t
    "
  `);
  expect(gradients["rec.weight_hh_l0"]).toMatchInlineSnapshot(`
    "∂loss/∂U_rec = Σ_t rec_h_{t−1}ᵀ·δ_rec_t
      where δ_rec_t = concat(δ_rec_i_t, δ_rec_f_t, δ_rec_g_t, δ_rec_o_t)
            δ_rec_i_t = δ_rec_c_t ⊙ rec_g_t ⊙ rec_i_t ⊙ (1 − rec_i_t)
            δ_rec_f_t = δ_rec_c_t ⊙ rec_c_{t−1} ⊙ rec_f_t ⊙ (1 − rec_f_t)
            δ_rec_g_t = δ_rec_c_t ⊙ rec_i_t ⊙ (1 − rec_g_t²)
            δ_rec_o_t = δ_rec_h_t ⊙ tanh(rec_c_t) ⊙ rec_o_t ⊙ (1 − rec_o_t)
            δ_rec_c_t = ε_c_{t+1} + δ_rec_h_t ⊙ rec_o_t ⊙ (1 − tanh(rec_c_t)²)
            δ_rec_h_t = ε_h_{t+1} + 1
            ε_c_t = δ_rec_c_t ⊙ rec_f_t
            ε_h_t = δ_rec_t·U_recᵀ"
  `);
});

test("attention that drops weights", () => {
  const declared = define({ x: f32("batch", 2, 4) }, ({ x }) => {
    const y = assigned(1, "y", () => nn.scaledDotProductAttention(x, x, x, { dropout: 0.1 }));
    return { outputs: { y }, loss: losses.mse(y, x) };
  });
  const { forward } = describeParts(partsOf(declared));
  expect(forward.y).toMatchInlineSnapshot(`"y = dropped_y·x"`);
  expect(forward["dropped.y"]).toMatchInlineSnapshot(`"dropped_y = (A_y/0.9) ⊙ [random_1() ≥ 0.1]"`);
});

test("a layer with tanh and the squared error", () => {
  const { forward, gradients, updates } = describeParts(partsOf(housing(), { optimizer: optim.sgd({ lr: 0.1 }) }));
  expect(lines(forward)).toMatchInlineSnapshot(`
    "
    hidden = tanh(standardize(x)·W_hidden + b_hidden)
    price = hidden·W_price + b_price
    loss = mean((price − y)²)
    "
  `);
  expect(lines(gradients)).toMatchInlineSnapshot(`
    "
    ∂loss/∂W_hidden = standardize(x)ᵀ·δ_hidden
      where δ_hidden = (δ_price·W_priceᵀ) ⊙ (1 − hidden²)
            δ_price = 2/batch·(price − y)
    ∂loss/∂b_hidden = Σ_batch δ_hidden
      where δ_hidden = (δ_price·W_priceᵀ) ⊙ (1 − hidden²)
            δ_price = 2/batch·(price − y)
    ∂loss/∂W_price = hiddenᵀ·δ_price
      where δ_price = 2/batch·(price − y)
    ∂loss/∂b_price = Σ_batch δ_price
      where δ_price = 2/batch·(price − y)
    "
  `);
  expect(lines(updates)).toMatchInlineSnapshot(`
    "
    W_hidden ← W_hidden − lr·∂loss/∂W_hidden
    b_hidden ← b_hidden − lr·∂loss/∂b_hidden
    W_price ← W_price − lr·∂loss/∂W_price
    b_price ← b_price − lr·∂loss/∂b_price
    "
  `);
});

test("a layer with relu and the cross-entropy", () => {
  const { forward, gradients, updates } = describeParts(partsOf(iris(), { optimizer: optim.adam() }));
  expect(lines(forward)).toMatchInlineSnapshot(`
    "
    hidden = relu(x·W_hidden + b_hidden)
    logits = hidden·W_logits + b_logits
    counted = [y ≠ −100]
    N = Σ_batch counted
    loss = −(Σ_batch (Σ_j onehot(y) ⊙ logSoftmax(logits)) ⊙ counted) / N
    "
  `);
  expect(lines(gradients)).toMatchInlineSnapshot(`
    "
    ∂loss/∂W_hidden = xᵀ·δ_hidden
      where δ_hidden = (δ_logits·W_logitsᵀ) ⊙ [hidden > 0]
            δ_logits = (softmax(logits) − onehot(y)) ⊙ (counted/N)
    ∂loss/∂b_hidden = Σ_batch δ_hidden
      where δ_hidden = (δ_logits·W_logitsᵀ) ⊙ [hidden > 0]
            δ_logits = (softmax(logits) − onehot(y)) ⊙ (counted/N)
    ∂loss/∂W_logits = hiddenᵀ·δ_logits
      where δ_logits = (softmax(logits) − onehot(y)) ⊙ (counted/N)
    ∂loss/∂b_logits = Σ_batch δ_logits
      where δ_logits = (softmax(logits) − onehot(y)) ⊙ (counted/N)
    "
  `);
  expect(updates["logits.weight"]).toMatchInlineSnapshot(`
    "W_logits ← W_logits − (lr·(m_W_logits⁺/(1 − 0.9^(t + 1)))) / (√(v_W_logits⁺/(1 − 0.999^(t + 1))) + 1e-8)
      where m_W_logits⁺ = 0.9·m_W_logits + 0.1·∂loss/∂W_logits
            v_W_logits⁺ = 0.999·v_W_logits + 0.001·(∂loss/∂W_logits)²"
  `);
});

test("the logistic loss, with gradients of values and inputs", () => {
  const { forward, gradients } = describeParts(partsOf(titanic(), { wrt: ["z.weight", "z", "x"] }));
  expect(lines(forward)).toMatchInlineSnapshot(`
    "
    z = x·W_z + b_z
    loss = mean(softplus(z) − z ⊙ y)
    "
  `);
  expect(lines(gradients)).toMatchInlineSnapshot(`
    "
    ∂loss/∂W_z = xᵀ·δ_z
      where δ_z = (sigmoid(z) − y) / batch
    ∂loss/∂z = δ_z
      where δ_z = (sigmoid(z) − y) / batch
    ∂loss/∂x = δ_z·W_zᵀ
      where δ_z = (sigmoid(z) − y) / batch
    "
  `);
});

test("the error of a layer has its name where gradients are taken by values and inputs alone", () => {
  const network = define({ x: f32(2), y: f32(1) }, ({ x, y }) => {
    const a = assigned(1, "a", () => nn.linear(x, 2));
    const z = assigned(2, "z", () => nn.tanh(a));
    const b = assigned(3, "b", () => nn.linear(z, 1));
    return { outputs: { b }, loss: losses.mse(b, y, { reduction: "sum" }) };
  });
  expect(lines(describeParts(partsOf(network, { wrt: ["b", "z", "a", "x"] })).gradients)).toMatchInlineSnapshot(`
    "
    ∂loss/∂b = δ_b
      where δ_b = 2·(b − y)
    ∂loss/∂z = δ_b·W_bᵀ
      where δ_b = 2·(b − y)
    ∂loss/∂a = δ_a
      where δ_a = (δ_b·W_bᵀ) ⊙ (1 − z²)
            δ_b = 2·(b − y)
    ∂loss/∂x = δ_a·W_aᵀ
      where δ_a = (δ_b·W_bᵀ) ⊙ (1 − z²)
            δ_b = 2·(b − y)
    "
  `);
});

test("the gradient of a bias is the sum of the errors of its layer where these have a name", () => {
  const { gradients } = describeParts(partsOf(inARow()));
  expect(lines({ g: gradients["g.bias"] as string, f: gradients["f.bias"] as string })).toMatchInlineSnapshot(`
    "
    ∂loss/∂b_g = Σ_batch δ_g
      where δ_g = δ_h·W_hᵀ
            δ_h = 2/batch·(h − y)
    ∂loss/∂b_f = Σ_batch δ_f
      where δ_f = δ_g·W_gᵀ
            δ_g = δ_h·W_hᵀ
            δ_h = 2/batch·(h − y)
    "
  `);
});

test("the other formats say the same", () => {
  const parts = partsOf(housing());
  expect(describeParts(parts, "latex").gradients["hidden.weight"]).toMatchInlineSnapshot(
    `"\\begin{aligned} \\frac{\\partial \\mathit{loss}}{\\partial W_{\\mathit{hidden}}} & = \\operatorname{standardize}\\left(x\\right)^{\\top} \\, \\delta_{\\mathit{hidden}} \\\\ \\delta_{\\mathit{hidden}} & = \\left(\\delta_{\\mathit{price}} \\, W_{\\mathit{price}}^{\\top}\\right) \\odot \\left(1 - \\mathit{hidden}^{2}\\right) \\\\ \\delta_{\\mathit{price}} & = \\frac{2}{\\mathit{batch}} \\, \\left(\\mathit{price} - y\\right) \\end{aligned}"`,
  );
  expect(describeParts(parts, "html").gradients["price.weight"]).toMatchInlineSnapshot(
    `"<dl class="formula"><dt>∂<var>loss</var>/∂<var>W</var><sub><var>price</var></sub> = <var>hidden</var><sup>⊤</sup>·<var>δ</var><sub><var>price</var></sub></dt><dd><var>δ</var><sub><var>price</var></sub> = 2/<var>batch</var>·(<var>price</var> − <var>y</var>)</dd></dl>"`,
  );
  const { left, sign, where } = JSON.parse(describeParts(parts, "json").gradients["price.weight"] ?? "") as Equation;
  expect([left, sign, where.length]).toEqual([{ kind: "derivative", of: "loss", by: "W_price" }, "=", 1]);
});

const batch = 4;
const numbers = (count: number, seed: number) => Array.from({ length: count }, (_, i) => Math.sin(12.9898 * (i + 1) * seed) * 1.5);

/** Data for every input, parameter and state of a model. */
function sourcesOf({ graph, inputs }: Declared): Map<string, Source> {
  const variables = [...graph.declarations].filter(([, { role }]) => role === "parameter" || role === "layer");
  const named = [...inputs.map((node) => [node.params.name, node] as const), ...variables.map(([node, { name }]) => [name, node] as const)];
  return new Map(
    named.map(([name, { shape, dtype }], seed) => {
      const extents = shape.map((dim) => (dim === "batch" ? batch : Number(dim)));
      const data = numbers(
        extents.reduce((a, b) => a * b, 1),
        seed + 1,
      );
      return [
        name,
        source(dtype === "i32" ? data.map((v, i) => (i === 1 ? -100 : Math.abs(Math.round(v)))) : data, extents, dtype === "bool" ? "i32" : dtype),
      ];
    }),
  );
}

/** The mathematical name of a source. */
const mathematical = (name: string) =>
  name
    .replace(/^(\w+)\.weight$/, "W_$1")
    .replace(/^(\w+)\.bias$/, "b_$1")
    .replace(/^hidden\.standardize\./, "");

/** The value of an equation's right-hand side, from sources, its own definitions and the forward equations. */
function valueOfEquation(equation: Equation, forward: Readonly<Record<string, Equation>>, sources: ReadonlyMap<string, Source>): Array64 {
  const known = new Map<string, Array64>([...sources].map(([name, { shape, data }]) => [mathematical(name), { shape, data: Array.from(data) }]));
  known.set("batch", { shape: [], data: [batch] });
  const definitions = new Map<string, Definition>(Object.entries(forward));
  for (const line of equation.where) definitions.set((line.left as { name: string }).name, line);
  const around = {
    sizes: { batch },
    classes: 3,
    lookUp(name: string): Array64 {
      const value = known.get(name) ?? evaluateLine(definitions.get(name) as Definition, around);
      known.set(name, value);
      return value;
    },
  };
  return evaluateLine(equation, around);
}

/** A chain of `depth` layers, named or not. */
const chain = (depth: number, name: (layer: number) => string | undefined) =>
  define({ x: f32("batch", 2), y: f32("batch", 2) }, ({ x, y }) => {
    const weight = parameter([2, 2], { name: "w" });
    const layer = (h: Tensor) => nn.tanh(ops.matmul(h, weight));
    let h = x;
    for (let at = 0; at < depth; at++) {
      const known = name(at);
      h = known === undefined ? layer(h) : assigned(at, known, () => layer(h));
    }
    return { outputs: { out: h }, loss: losses.mse(h, y) };
  });

test("a chain of 1,000 layers prints, in lines of bounded length", () => {
  for (const name of [() => undefined, (layer: number) => `h${layer}`]) {
    const { forward, gradients } = describeParts(partsOf(chain(1000, name)));
    const printed = [...Object.values(forward), ...Object.values(gradients)].join("\n").split("\n");
    expect(Math.max(...printed.map((line) => line.length))).toBeLessThan(400);
    expect(printed.length).toBeLessThan(1100);
    expect(gradients.w).toMatch(/^∂loss\/∂w = /);
  }
});

test.each([
  ["housing", housing],
  ["iris", iris],
  ["titanic", titanic],
  ["three linear layers", inARow],
])("the printed gradients of %s, evaluated, are those of the graph within 1e-12", (_, definition) => {
  const declared = definition();
  const sources = sourcesOf(declared);
  const results = program(declared).entries.find(({ name }) => name === "gradients")?.results ?? [];
  const values = evaluate(
    results.map(({ node }) => node),
    { sources, sizes: { batch }, training: true },
  );
  const { forward, gradients } = equationsOf(partsOf(definition()));
  for (const { name, node } of results) {
    const printed = valueOfEquation((gradients[name] ?? forward[name]) as Equation, forward, sources);
    const expected = values.get(node);
    expect(printed.shape).toEqual(expected?.shape);
    // Both are f64; only the order of a few sums differs.
    for (const [i, value] of printed.data.entries()) expect(Math.abs(value - (expected?.data[i] as number))).toBeLessThan(1e-12);
  }
});
