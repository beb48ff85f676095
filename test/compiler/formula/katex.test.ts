// KaTeX reads the LaTeX of pages, without a warning; of the examples and of networks by number too: test/src/page/examples.test.ts.
import katex from "katex";
import { describe, expect, test } from "vitest";
import { pageOf } from "../../../compiler/describe/page.ts";
import { aligned, latexRows } from "../../../compiler/formula/equation.ts";
import { latex } from "../../../compiler/formula/latex.ts";
import { print, printTerms } from "../../../compiler/formula/notation.ts";
import { writePage } from "../../../compiler/formula/page.ts";
import { call, type Formula, number, operator, variable } from "../../../compiler/formula/tree.ts";
import { readable } from "../../../compiler/index.ts";
import { declareSource, type ModelSource } from "../../../src/definition-file.ts";
import { partsToRead } from "../../../src/described.ts";
import { program } from "../../../src/entries.ts";
import { f32, losses, model, nn, ops } from "../../../src/index.ts";

async function latexOf(source: ModelSource): Promise<string> {
  const whole = program(await declareSource(source));
  return writePage(pageOf(partsToRead(readable(whole))), "latex", () => "");
}

const read = (text: string): string => katex.renderToString(text, { displayMode: true, throwOnError: true, strict: "error", maxExpand: 10_000 });

test("of layers that have signs of their own", async () => {
  const images = model("images", { x: f32("batch", 1, 8, 8), y: f32("batch", 1) }, ({ x, y }) => {
    const c = nn.batchNorm2d(nn.maxPool2d(nn.conv2d(x, 2, 3), 2));
    const yhat = nn.linear(nn.flatten(c), 1);
    return { outputs: { yhat }, loss: losses.huber(yhat, y) };
  });
  const sequences = model("sequences", { x: f32("batch", 3, 4), y: f32("batch", 4) }, ({ x, y }) => {
    const { output } = nn.gru(nn.layerNorm(x), 4);
    const gamma_1 = nn.multiheadAttention(output, output, output, 2);
    return { outputs: { gamma_1 }, loss: losses.mse(ops.mean(gamma_1, { dim: 1 }), y) };
  });
  for (const source of [images, sequences]) expect(read(await latexOf(source))).toContain("<math");
});

test("every name, whatever letters it has", () => {
  const names = [
    "γ_first_norm1",
    "W_q_second_self_attn",
    "é",
    "größe",
    "W_größe",
    "漢",
    "вес_1",
    "δ_é #",
    "a__b",
    "_x",
    "ωhat",
    "m_γ_h⁺",
    "x-y",
    "{",
    "\\input",
  ];
  for (const name of names) expect(read(`${latex.name(name)} = ${latex.name(name, "t−1")}`), name).toContain("<math");
});

describe("a line that is wide", () => {
  const long = (count: number) => Array.from({ length: count }, (_, i) => variable(`quantity_${i}`));
  const rowsOf = (right: Formula) => latexRows({ left: variable("y"), sign: "=", right, where: [] });

  test("breaks before the plus and minus of its sum, no row wider than a line", () => {
    const [first, second, third, ...others] = long(12) as [Formula, Formula, Formula, ...Formula[]];
    const rows = rowsOf(operator("-", operator("+", first, operator("-", second, third)), operator("*", ...others)));
    expect(rows.map((row) => row.slice(0, 11))).toEqual(["y & = \\math", "&\\quad {} -"]);
    expect(rowsOf(operator("+", ...long(12)))).toHaveLength(2);
    expect(read(aligned(rows, "\n"))).toContain("<math");
  });

  test("breaks between the arguments of a function, and before ⊙", () => {
    const wide = call(
      "concat",
      long(6).map((_, i) => operator("+", variable(`first_quantity_${i}`), variable(`second_quantity_${i}`))),
      "j",
    );
    const rows = rowsOf(wide);
    expect(rows).toHaveLength(6);
    expect(rows[0]).toContain("concat}_{j}\\left(");
    expect(rows[5]).toMatch(/^&\\quad \\left\..*\\right\)$/);
    expect(read(aligned(rows, "\n"))).toContain("<math");
    expect(rowsOf(operator("*", ...long(12))).map((row) => row.slice(0, 16))).toEqual(["y & = \\mathit{qu", "&\\quad {} \\odot "]);
  });

  test("says what it would say in one row", () => {
    const [a, b, c] = long(3) as [Formula, Formula, Formula];
    const nested = operator("-", operator("+", operator("neg", a), operator("-", b, c)), operator("-", a, operator("+", b, c)));
    expect(printTerms(nested, latex).join("")).toBe(print(nested, latex));
    expect(printTerms(nested, latex)).toHaveLength(4);
    const product = operator("*", number(2), variable("lr"), a, operator("+", b, c));
    expect(printTerms(product, latex).join("")).toBe(print(product, latex));
    expect(printTerms(product, latex)).toHaveLength(3);
    expect(printTerms(operator("=", operator("+", a, b), c), latex)).toHaveLength(1);
  });
});
