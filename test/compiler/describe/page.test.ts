// A page is read from top to bottom: each line once, behind those of the names that it uses, and no longer than the network is deep.
import { describe, expect, test } from "vitest";
import { pageOf } from "../../../compiler/describe/page.ts";
import { type Line, writeEquation } from "../../../compiler/formula/equation.ts";
import { writeLegend } from "../../../compiler/formula/legend.ts";
import { type Page, writePage } from "../../../compiler/formula/page.ts";
import { type Formula, partsOf } from "../../../compiler/formula/tree.ts";
import { readable } from "../../../compiler/index.ts";
import { parseProgram } from "../../../compiler/ir/parse.ts";
import { printProgram } from "../../../compiler/ir/print.ts";
import { createGraph } from "../../../compiler/ops/table.ts";
import type { ProgramOptions } from "../../../src/compile-options.ts";
import type { Declared } from "../../../src/declare.ts";
import { partsToRead } from "../../../src/described.ts";
import { program } from "../../../src/entries.ts";
import { constant, f32, i32, losses, nn, ops, type Tensor } from "../../../src/index.ts";
import { assigned, define, within } from "../../src/running.ts";

const pageFor = (declared: Declared, options: ProgramOptions = {}): Page => pageOf(partsToRead(readable(program(declared, options))));
const textOf = (page: Page) => `\n${writePage(page, "text", (title) => title)}\n`;

/** `const hN = activation(nn.linear(x, width))` */
const dense = (at: number, x: Tensor, width: number, activation: (z: Tensor) => Tensor): Tensor => {
  const z = within(at, `h${at}`, "nn.linear", () => nn.linear(x, width));
  return assigned(at, `h${at}`, () => activation(z));
};

const network = (depth: number, activation: (z: Tensor) => Tensor) =>
  define({ x: f32("batch", 3), y: f32("batch", 2) }, ({ x, y }) => {
    let h: Tensor = x;
    for (let at = 1; at <= depth; at++) h = dense(at, h, 3, activation);
    const out = assigned(depth + 1, "out", () => nn.linear(h, 2));
    return { outputs: { out }, loss: losses.mse(out, y) };
  });

const linesOf = ({ forward, errors, gradients, updates }: Page): readonly Line[] => [...forward, ...errors, ...gradients, ...updates];

function variablesIn(formula: Formula): string[] {
  return formula.kind === "variable" ? [formula.name] : partsOf(formula).flatMap(variablesIn);
}

test("values, errors and gradients follow each other from the input to the loss and back", () => {
  expect(textOf(pageFor(network(2, nn.tanh)))).toMatchInlineSnapshot(`
    "
    Forward

    h1 = tanh(x·W_h1 + b_h1)
    h2 = tanh(h1·W_h2 + b_h2)
    out = h2·W_out + b_out
    loss = mean((out − y)²)

    Errors

    δ_out = (out − y) / batch
    δ_h2 = (δ_out·W_outᵀ) ⊙ (1 − h2²)
    δ_h1 = (δ_h2·W_h2ᵀ) ⊙ (1 − h1²)

    Gradients

    ∂loss/∂W_out = h2ᵀ·δ_out
    ∂loss/∂b_out = Σ_batch δ_out
    ∂loss/∂W_h2 = h1ᵀ·δ_h2
    ∂loss/∂b_h2 = Σ_batch δ_h2
    ∂loss/∂W_h1 = xᵀ·δ_h1
    ∂loss/∂b_h1 = Σ_batch δ_h1
    "
  `);
});

test("values come in the order of the source, whatever rewriting makes anew, and each behind those that it is said of", () => {
  const declared = define({ x: f32("batch", 3), kind: i32("batch"), y: f32("batch", 3) }, ({ x, kind, y }) => {
    const logits = assigned(1, "logits", () => nn.linear(x, 3));
    // Of a cross-entropy other nodes are read than those that the definition made.
    const first = assigned(2, "first", () => losses.crossEntropy(logits, kind));
    const second = assigned(3, "second", () => losses.mse(logits, y));
    // A sum of squares by the number of rows is what `scale` says of it, which comes later.
    const half = assigned(4, "half", () => ops.mul(ops.sum(ops.exp(logits)), 0.5));
    const scale = assigned(5, "scale", () => ops.sum(ops.exp(logits)));
    return { outputs: { half, scale }, loss: ops.add(ops.add(second, first), ops.add(half, scale)) };
  });
  const names = pageFor(declared).forward.map(({ left }) => variablesIn(left)[0]);
  expect(names).toEqual(["logits", "counted", "N", "first", "second", "scale", "half", "loss"]);
});

test("what gradients call by a name is called by it where it is computed", () => {
  expect(textOf(pageFor(network(1, nn.gelu)))).toMatchInlineSnapshot(`
    "
    Forward

    z_h1 = x·W_h1 + b_h1
    h1 = gelu(z_h1)
      where gelu(x) = 0.5·x ⊙ (erf(1/√(2)·x) + 1)
    out = h1·W_out + b_out
    loss = mean((out − y)²)

    Errors

    δ_out = (out − y) / batch
    δ_h1 = (δ_out·W_outᵀ) ⊙ (0.5·(erf(1/√(2)·z_h1) + 1) + 1/√(2·π)·z_h1 ⊙ exp(−(1/√(2)·z_h1)²))

    Gradients

    ∂loss/∂W_out = h1ᵀ·δ_out
    ∂loss/∂b_out = Σ_batch δ_out
    ∂loss/∂W_h1 = xᵀ·δ_h1
    ∂loss/∂b_h1 = Σ_batch δ_h1
    "
  `);
});

test("what the definition holds constant is written so, and what a layer does is not", () => {
  const lines = (body: (h: Tensor) => Tensor) =>
    linesOf(
      pageFor(
        define({ x: f32("batch", 2) }, ({ x }) => {
          const h = assigned(1, "h", () => nn.linear(x, 1));
          return { outputs: { h }, loss: ops.mean(body(h)) };
        }),
      ),
    ).map((line) => writeEquation({ ...line, more: false }, "text"));
  expect(lines((h) => ops.mul(h, ops.stopGradient(h)))).toEqual(
    expect.arrayContaining(["loss = mean(h ⊙ held(h))\n  where held(x) = x", "δ_h = held(h) / batch"]),
  );
  expect(lines((h) => ops.mul(h, h)).join()).not.toContain("held");
  expect(lines((h) => nn.hardswish(h)).join()).not.toContain("held");
});

test("gradients stand in the order of the errors, whatever order they are asked for in", () => {
  const page = pageFor(network(2, nn.tanh), { wrt: ["out.weight", "h1.weight", "h2.weight"] });
  const named = page.gradients.map(({ left }) => left.kind === "derivative" && left.by);
  expect(named).toEqual(["W_out", "W_h2", "W_h1"]);
});

test("the page grows by as many lines for each layer", () => {
  const lengths = [4, 8, 12].map((depth) => textOf(pageFor(network(depth, nn.gelu))).length);
  const [first = 0, second = 0, third = 0] = lengths;
  // Names of two digits are a letter longer.
  expect(third - second).toBeLessThan(1.1 * (second - first));
  const counts = [4, 8, 12].map((depth) => linesOf(pageFor(network(depth, nn.gelu))).length);
  expect(counts).toEqual([4, 8, 12].map((depth) => 2 + 1 + 2 + 5 * depth));
});

describe.each(["tanh", "gelu", "sigmoid", "softplus"] as const)("with %s", (name) => {
  const lines = linesOf(pageFor(network(3, nn[name])));

  test("no line is there twice", () => {
    const heads = lines.map(({ left }) => JSON.stringify(left));
    expect(new Set(heads).size).toBe(heads.length);
  });

  test("no line uses what stands below it", () => {
    const heads = lines.map(({ left }) => (left.kind === "variable" ? left.name : ""));
    for (const [at, { right }] of lines.entries())
      expect(heads.slice(at).filter((head) => head !== "" && variablesIn(right).includes(head))).toEqual([]);
  });
});

test("a page in LaTeX is one `aligned`", () => {
  expect(`\n${writePage(pageFor(network(1, nn.tanh)), "latex", () => "")}\n`).toMatchInlineSnapshot(`
    "
    \\begin{aligned}
    h_{1} & = \\tanh\\left(x \\, W_{h_{1}} + b_{h_{1}}\\right) \\\\
    \\mathit{out} & = h_{1} \\, W_{\\mathit{out}} + b_{\\mathit{out}} \\\\
    \\mathit{loss} & = \\operatorname{mean}\\left(\\left(\\mathit{out} - y\\right)^{2}\\right) \\\\[4pt]
    \\delta_{\\mathit{out}} & = \\frac{\\mathit{out} - y}{\\mathit{batch}} \\\\
    \\delta_{h_{1}} & = \\left(\\delta_{\\mathit{out}} \\, W_{\\mathit{out}}^{\\top}\\right) \\odot \\left(1 - h_{1}^{2}\\right) \\\\[4pt]
    \\frac{\\partial \\mathit{loss}}{\\partial W_{\\mathit{out}}} & = h_{1}^{\\top} \\, \\delta_{\\mathit{out}} \\\\
    \\frac{\\partial \\mathit{loss}}{\\partial b_{\\mathit{out}}} & = \\sum_{\\mathit{batch}} \\delta_{\\mathit{out}} \\\\
    \\frac{\\partial \\mathit{loss}}{\\partial W_{h_{1}}} & = x^{\\top} \\, \\delta_{h_{1}} \\\\
    \\frac{\\partial \\mathit{loss}}{\\partial b_{h_{1}}} & = \\sum_{\\mathit{batch}} \\delta_{h_{1}}
    \\end{aligned}
    "
  `);
});

test("a loss is the one that was written, and below it the same without overflow; a module knows it too", async () => {
  const definition = () =>
    define({ x: f32("batch", 3), y: f32("batch", 1) }, ({ x, y }) => {
      const p = assigned(1, "p", () => nn.sigmoid(nn.linear(x, 1)));
      const loss = ops.neg(ops.mean(ops.add(ops.mul(y, ops.log(p)), ops.mul(ops.sub(1, y), ops.log(ops.sub(1, p))))));
      return { outputs: { p }, loss };
    });
  const original = program(definition(), {});
  const { forward, stable } = pageOf(partsToRead(readable(original)));
  const written = (lines: readonly Line[]) => lines.map((line) => writeEquation({ ...line, more: false }, "text"));
  expect(written(forward)).toContain("loss = −mean(y ⊙ log(p) + (1 − y) ⊙ log(1 − p))");
  expect(written(stable)).toEqual(["loss = mean(softplus(−z_p) ⊙ y + softplus(z_p) ⊙ (1 − y))"]);
  const again = parseProgram(printProgram(original), createGraph());
  expect(writePage(pageOf(partsToRead(readable(again))), "text")).toBe(writePage(pageOf(partsToRead(readable(original))), "text"));
});

test.each([
  ["an LSTM", () => nn.lstm(8)],
  ["an LSTM from both directions", () => nn.lstm(8, { bidirectional: true })],
] as const)("a module knows what the letters and the errors of %s are called", (_, layer) => {
  const definition = define({ x: f32("batch", 3, 2), y: f32("batch", 3, 1) }, ({ x, y }) => {
    const rec = assigned(1, "rec", () => layer()(x));
    const out = assigned(2, "out", () => nn.linear(rec.output, 1));
    return { outputs: { out }, loss: losses.mse(out, y) };
  });
  const original = program(definition, {});
  const page = writePage(pageOf(partsToRead(readable(original))), "text");
  expect(page).toMatch(/δ_\w*c(_l0)?_t = /u);
  expect(page).toMatch(/∂U_\w+ = /u);
  const again = parseProgram(printProgram(original), createGraph());
  expect(writePage(pageOf(partsToRead(readable(again))), "text")).toBe(page);
});

/** `z / (1 + exp(−z))`, by hand. */
const swish = (z: Tensor): Tensor => ops.div(z, ops.add(1, ops.exp(ops.neg(z))));

test("layers have their names in what is written and in what runs, and nothing is told twice", () => {
  const { forward, stable } = pageFor(network(2, swish));
  const written = (lines: readonly Line[]) => lines.map((line) => writeEquation({ ...line, where: [], more: false }, "text"));
  expect(written(forward).slice(0, 3)).toEqual(["z_h1 = x·W_h1 + b_h1", "h1 = z_h1 / (exp(−z_h1) + 1)", "z_h2 = h1·W_h2 + b_h2"]);
  expect(written(stable)).toEqual(["h1 = silu(z_h1)", "h2 = silu(z_h2)"]);
});

test("a function says once what it means, whatever it is applied to", () => {
  const declared = define({ x: f32("batch", 1, 4, 4), y: f32("batch", 2, 4, 4) }, ({ x, y }) => {
    const first = assigned(1, "first", () => nn.relu6(nn.conv2d(x, 2, 3, { padding: 1, bias: false })));
    const out = assigned(2, "out", () => nn.relu6(nn.conv2d(first, 2, 1)));
    return { outputs: { out }, loss: losses.mse(out, y) };
  });
  expect(textOf(pageFor(declared)).match(/relu6\(x\) =/g)).toHaveLength(1);
});

test("of two axes of as many rows the second has a letter", () => {
  const declared = define({ x: f32("batch", 3) }, ({ x }) => {
    const alike = assigned(1, "alike", () => ops.matmul(x, ops.transpose(nn.linear(x, 3), 0, 1)));
    return { outputs: { alike }, loss: ops.mean(assigned(2, "largest", () => ops.amax(alike, { dim: 1 }))) };
  });
  expect(textOf(pageFor(declared))).toContain("max_j(");
  expect(textOf(pageFor(declared))).not.toContain("max_batch");
});

describe("what a training computes otherwise", () => {
  const dropped = (loss: (z: Tensor, p: Tensor, y: Tensor) => Tensor) =>
    define({ x: f32("batch", 3), y: f32("batch", 2) }, ({ x, y }) => {
      const h1 = dense(1, x, 3, ops.tanh);
      const h = assigned(2, "h", () => nn.dropout(h1, 0.5));
      const z = assigned(3, "z", () => nn.linear(h, 2));
      const p = assigned(4, "p", () => nn.sigmoid(z));
      return { outputs: { p }, loss: loss(z, p, y) };
    });

  test("stands by itself where no loss depends on it", () => {
    const { forward, predicted } = pageFor(dropped((z, _, y) => losses.bceWithLogits(z, y)));
    const written = (lines: readonly Line[]) => lines.map((line) => writeEquation({ ...line, more: false }, "text"));
    expect(written(predicted)).toEqual(["p = sigmoid(h1·W_z + b_z)"]);
    expect(written(forward)).not.toContain("p = sigmoid(h1·W_z + b_z)");
  });

  test("is that of the training where a loss does", () => {
    const { predicted } = pageFor(dropped((_, p, y) => losses.mse(p, y)));
    expect(predicted).toEqual([]);
  });
});

test("a loss that another name has already is told by that name", () => {
  const { forward } = pageFor(
    define({ x: f32("batch", 3), y: f32("batch", 2) }, ({ x, y }) => {
      const out = assigned(1, "out", () => nn.linear(x, 2));
      const total = assigned(2, "total", () => losses.mse(out, y));
      return { outputs: { out }, loss: total };
    }),
  );
  expect(forward.map((line) => writeEquation({ ...line, more: false }, "text")).slice(1)).toEqual(["total = mean((out − y)²)", "loss = total"]);
});

test("names that would be set alike are not", () => {
  const page = pageFor(
    define({ x1: f32("batch", 3), x_1: f32("batch", 3) }, ({ x1, x_1 }) => {
      const out = assigned(1, "out", () => ops.mul(nn.linear(x1, 3), x_1));
      return { outputs: { out }, loss: ops.mean(out) };
    }),
  );
  expect(page.symbols.map(({ name }) => name)).toEqual(expect.arrayContaining(["x1", "x_1′"]));
});

test("the elements of a table are the shortest decimals of theirs", () => {
  const net = define({ x: f32("batch", 2) }, ({ x }) => {
    const A = assigned(1, "A", () => constant([0.1, -0.33, 1, -2], [2, 2]));
    const z = ops.matmul(x, A);
    return { outputs: { z }, loss: ops.sum(z) };
  });
  expect(writeLegend(pageFor(net))).toContain("(0.1, −0.33, 1, −2)");
});

test("a table is told row by row, a large one by where its numbers are", () => {
  const net = define({ x: f32("batch", 20) }, ({ x }) => {
    const numbers = (rows: number, columns: number) =>
      constant(
        [...Array(rows * columns).keys()].map((i) => i / 2),
        [rows, columns],
      );
    const A = assigned(1, "A", () => numbers(20, 5));
    const B = assigned(2, "B", () => numbers(5, 4));
    const C = assigned(3, "C", () => numbers(4, 65));
    const z = ops.matmul(ops.matmul(ops.matmul(x, A), B), C);
    return { outputs: { z }, loss: ops.sum(z) };
  });
  const legend = writeLegend(pageFor(net));
  expect(legend.slice(legend.indexOf("  A "), legend.indexOf("  z "))).toMatchInlineSnapshot(`
    "  A     constant  20×5      (0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5, 5.5, 6, 6.5, 7,
                                 7.5, 8, 8.5, 9, 9.5, 10, 10.5, 11, 11.5, 12, 12.5, 13, 13.5, 14, 14.5,
                                 15, 15.5, 16, 16.5, 17, 17.5, 18, 18.5, 19, 19.5, 20, 20.5, 21, 21.5, 22,
                                 22.5, 23, 23.5, 24, 24.5, 25, 25.5, 26, 26.5, 27, 27.5, 28, 28.5, 29, 29.5,
                                 30, 30.5, 31, 31.5, 32, 32.5, 33, 33.5, 34, 34.5, 35, 35.5, 36, 36.5, 37,
                                 37.5, 38, 38.5, 39, 39.5, 40, 40.5, 41, 41.5, 42, 42.5, 43, 43.5, 44, 44.5,
                                 45, 45.5, 46, 46.5, 47, 47.5, 48, 48.5, 49, 49.5)
      B     constant  5×4       (0, 0.5, 1, 1.5,
                                 2, 2.5, 3, 3.5,
                                 4, 4.5, 5, 5.5,
                                 6, 6.5, 7, 7.5,
                                 8, 8.5, 9, 9.5)
      C     constant  4×65      260 numbers, whole in --format json as its table
    "
  `);
});

test("errors are those of the loss of their game", () => {
  const net = define({ x: f32("batch", 3), y: f32("batch", 1) }, ({ x, y }) => {
    const [first, second] = [nn.linear(x, 1, { name: "first" }), nn.linear(x, 1, { name: "second" })];
    const games = { a: { loss: losses.mse(first, y), parameters: "first.*" }, b: { loss: losses.mse(second, y), parameters: "second.*" } };
    return { outputs: { first }, games };
  });
  expect(writeLegend(pageFor(net)).match(/∂\w+ by \S+/gu)).toEqual(["∂b by second", "∂a by first"]);
});

test("what all steps have alike is said without the steps at one of them", () => {
  const net = define({ x: f32("batch", 4, 3), y: f32("batch", 2) }, ({ x, y }) => {
    const { output } = nn.rnn(x, 2, { name: "h" });
    const z = ops.mean(output, { dim: 1 });
    return { outputs: { z }, loss: losses.mse(z, y) };
  });
  expect(textOf(pageFor(net))).not.toContain("broadcast(");
});

test("what is said of a function holds for each line that calls it: of means of 4 and of 3 numbers words hold", () => {
  const twoMeans = define({ x: f32("batch", 4), y: f32("batch", 3) }, ({ x, y }) => {
    const a = assigned(1, "a", () => ops.mean(x, { dim: 1 }));
    const b = assigned(2, "b", () => ops.mean(y, { dim: 1 }));
    return { outputs: { a, b, c: ops.softplus(a) }, loss: ops.mean(ops.mul(a, b)) };
  });
  const page = pageOf(partsToRead(readable(program(twoMeans))), { expand: true });
  const meant = page.forward.flatMap(({ where }) =>
    where.flatMap(({ left }) => (left.kind === "call" && left.name === "mean" ? [left.subscript] : [])),
  );
  expect(meant).toEqual([undefined]);
  expect(page.conventions.filter((line) => line.startsWith("mean"))).toEqual([
    "mean(x) is the sum divided by how many are summed, over all axes or those that stand below",
  ]);
});

test("a value that is called like a function beside it is numbered, and it is not where the page has no such function", () => {
  const alike = (mean: (x: Tensor) => Tensor) =>
    define({ x: f32("batch", 4), tanh: f32("batch", 4) }, ({ x, tanh }) => {
      const middle = assigned(1, "mean", () => mean(x));
      return { outputs: { mean: middle }, loss: ops.mean(ops.square(ops.mul(middle, tanh))) };
    });
  const beside = pageFor(alike(ops.tanh));
  expect(textOf(beside)).toContain("mean_1 = tanh(x)\nloss = mean((mean_1 ⊙ tanh_1)²)\n");
  expect(beside.symbols.map(({ name, full }) => [name, full])).toEqual([
    ["x", "x"],
    ["tanh_1", "tanh"],
    ["mean_1", "mean"],
    ["loss", "loss"],
  ]);
  expect(textOf(pageFor(alike(ops.exp)))).toContain("mean_1 = exp(x)\nloss = mean((mean_1 ⊙ tanh)²)\n");
});

test("the error at a value to which several paths lead and from which several go on has its name", () => {
  const policy = define({ x: f32("batch", 3), a: i32("batch"), gain: f32("batch") }, ({ x, a, gain }) => {
    const z = within(1, "logp", "nn.linear", () => nn.linear(x, 2));
    const logp = assigned(1, "logp", () => nn.logSoftmax(z));
    const chosen = assigned(2, "chosen", () => ops.sum(ops.mul(ops.oneHot(a, 2), logp), { dim: 1 }));
    const entropy = assigned(3, "entropy", () => ops.neg(ops.sum(ops.mul(ops.exp(logp), logp), { dim: 1 })));
    return { outputs: { logp }, loss: ops.neg(ops.mean(ops.add(ops.mul(ops.exp(chosen), gain), ops.mul(0.01, entropy)))) };
  });
  const page = pageFor(policy);
  expect(textOf(page)).toContain("δ_logp = ∂loss/∂logp − softmax(z_logp) ⊙ (Σ_j ∂loss/∂logp)\n");
  expect(page.symbols.filter(({ name }) => /^v\d/.test(name))).toEqual([]);
});
