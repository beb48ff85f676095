// `--expand`: what functions mean, one level down, and linear layers in a row as one.
import { describe, expect, test } from "vitest";
import { describe as describeParts, equationsOf } from "../../../compiler/describe/equations.ts";
import { readable } from "../../../compiler/describe/readable.ts";
import type { Equation } from "../../../compiler/formula/equation.ts";
import type { Formula } from "../../../compiler/formula/tree.ts";
import type { Declared } from "../../../src/declare.ts";
import { partsToRead } from "../../../src/described.ts";
import { program } from "../../../src/entries.ts";
import { f32, losses, nn, ops, type Tensor } from "../../../src/index.ts";
import { assigned, define } from "../../src/running.ts";
import type { Array64 } from "./arrays.ts";
import { evaluateTree } from "./evaluate-tree.ts";

const partsOf = (declared: Declared) => partsToRead(readable(program(declared)));
const expanded = (declared: Declared) => `\n${Object.values(describeParts(partsOf(declared), "text", { expand: true }).forward).join("\n")}\n`;
const linear = (name: string, x: Tensor, width: number, bias = true): Tensor =>
  assigned(name.charCodeAt(0), name, () => nn.linear(x, width, { bias }));

const inARow = () =>
  define({ x: f32("batch", 3), y: f32("batch", 2) }, ({ x, y }) => {
    const h = linear("h", x, 4);
    const out = linear("out", linear("k", h, 3), 2);
    return { outputs: { out }, loss: losses.mse(out, y) };
  });

const functions = () =>
  define({ x: f32("batch", 3), y: f32("batch", 3) }, ({ x, y }) => {
    const a = assigned(1, "a", () => nn.gelu(x));
    const b = assigned(2, "b", () => nn.layerNorm(nn.leakyRelu(a, 0.2)));
    const c = assigned(3, "c", () => nn.softmax(nn.prelu(b)));
    return { outputs: { c }, loss: losses.mse(c, y) };
  });

describe("functions", () => {
  test("but for those that are made of tables, which have no names below a line", () => {
    const enlarged = define({ x: f32("batch", 2, 3, 3), y: f32("batch", 2, 6, 6) }, ({ x, y }) => {
      const a = assigned(1, "a", () => nn.upsample(nn.relu(x), { size: [6, 6], mode: "bilinear" }));
      return { outputs: { a }, loss: losses.mse(a, y) };
    });
    expect(expanded(enlarged)).toMatch(/\na = upsample_bilinear,6×6\(relu\(x\)\)\n/);
    expect(expanded(enlarged)).not.toContain("constant");
  });

  test("are said to be what they are, each once and one level down", () => {
    expect(expanded(functions())).toMatchInlineSnapshot(`
      "
      a = gelu(x)
        where gelu(x) = 0.5·x ⊙ (erf(1/√(2)·x) + 1)
      σ_b = √(var_j(leakyRelu_0.2(a)) + 0.00001)
        where var_j(x) = mean_j((x − mean_j(x))²)
              leakyRelu_0.2(x) = {x if x > 0, else 0.2·x}
      xhat_b = (leakyRelu_0.2(a) − mean_j(leakyRelu_0.2(a))) / σ_b
        where leakyRelu_0.2(x) = {x if x > 0, else 0.2·x}
              mean_j(x) = (Σ_j x) / 3
      b = xhat_b ⊙ γ_b + β_b
      c = softmax(prelu(b, a_c))
        where softmax(x) = exp(x − max_j(x)) / Σ_j exp(x − max_j(x))
              prelu(x, y) = {x if x > 0, else x ⊙ y}
      loss = mean((c − y)²)
        where mean(x) = (Σ_batch,j x) / (batch·3)
      "
    `);
  });

  test("are not said to be themselves", () => {
    const declared = define({ x: f32("batch", 3) }, ({ x }) => {
      const low = assigned(1, "low", () => ops.clamp(x, 0));
      const length = assigned(2, "length", () => ops.norm(low, { dim: 1 }));
      const scaled = assigned(3, "scaled", () => nn.standardize(x));
      return { outputs: { low, length, scaled }, loss: ops.sum(length) };
    });
    expect(expanded(declared)).toMatchInlineSnapshot(`
      "
      low = max(x, 0)
      length = norm_j(low)
        where norm_j(x) = √(Σ_j x²)
      scaled = standardize(x)
        where standardize(x) = (x − scaled_standardize_mean) / scaled_standardize_deviation
      loss = Σ_batch length
      "
    `);
  });

  test("are as before without being asked", () => {
    expect(describeParts(partsOf(functions()), "text", {})).toEqual(describeParts(partsOf(functions())));
    expect(describeParts(partsOf(functions())).forward.a).toBe("a = gelu(x)");
  });
});

describe("linear layers in a row", () => {
  test("collect by inputs", () => {
    expect(expanded(inARow())).toMatchInlineSnapshot(`
      "
      h = x·W_h + b_h
      k = h·W_k + b_k
        = x·(W_h·W_k) + (b_h·W_k + b_k)
      out = k·W_out + b_out
          = x·(W_h·W_k·W_out) + ((b_h·W_k + b_k)·W_out + b_out)
      loss = mean((out − y)²)
        where mean(x) = (Σ_batch,j x) / (batch·2)
      "
    `);
    const { forward } = describeParts(partsOf(inARow()), "latex", { expand: true });
    expect(forward.k).toContain("\\\\  & = x \\, \\left(W_{h} \\, W_{k}\\right)");
    expect(describeParts(partsOf(inARow()), "html", { expand: true }).forward.k).toContain(
      "(<var>W</var><sub><var>h</var></sub>·<var>W</var><sub><var>k</var></sub>)",
    );
  });

  const batch = 2;
  const numbers = (shape: readonly number[], seed: number): Array64 => {
    const count = shape.reduce((product, extent) => product * extent, 1);
    return { shape, data: Array.from({ length: count }, (_, i) => Math.sin(3.7 * (i + 1) * seed)) };
  };

  test("have the same values so", () => {
    const { graph, inputs } = inARow();
    const known = new Map<string, Array64>([["x", numbers([batch, 3], 1)]]);
    for (const [node, { name }] of graph.declarations)
      if (node.op === "parameter")
        known.set(name.replace(/(\w+)\.weight/, "W_$1").replace(/(\w+)\.bias/, "b_$1"), numbers(node.shape as number[], known.size));
    expect(inputs.map(({ params }) => params.name)).toContain("x");
    const { forward } = equationsOf(partsOf(inARow()), { expand: true });
    const around = {
      sizes: { batch },
      classes: 1,
      lookUp: (name: string): Array64 => known.get(name) ?? evaluateTree((forward[name] as Equation).right, around),
    };
    for (const name of ["k", "out"]) {
      const [right, also] = [forward[name]?.right, forward[name]?.also].map((formula) => evaluateTree(formula as Formula, around).data);
      for (const [i, value] of (right ?? []).entries()) expect(also?.[i]).toBeCloseTo(value, 12);
    }
  });

  test("with something between, or one alone, do not; without biases too", () => {
    const none = define({ x: f32("batch", 3), y: f32("batch", 2) }, ({ x, y }) => {
      const h = linear("h", x, 4);
      const out = linear("out", nn.tanh(h), 2);
      return { outputs: { out }, loss: losses.mse(out, y) };
    });
    expect(Object.values(equationsOf(partsOf(none), { expand: true }).forward).some(({ also }) => also)).toBe(false);
    const plain = define({ x: f32("batch", 5, 3), y: f32("batch", 5, 2) }, ({ x, y }) => {
      const out = linear("out", linear("h", nn.tanh(x), 4, false), 2, false);
      return { outputs: { out }, loss: losses.mse(out, y) };
    });
    expect(expanded(plain)).toContain("    = tanh(x)·(W_h·W_out)\n");
  });
});
