// The words of pages come from one table: in a language that is made up, in which they are marked, no other is left.
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test, vi } from "vitest";
import { formRules } from "../../compiler/derivation/form-rules.ts";
import { opRules } from "../../compiler/derivation/op-rules.ts";
import { readable } from "../../compiler/index.ts";
import { words } from "../../compiler/words/words.ts";
import { partsToRead } from "../../src/described.ts";
import { mistakesIn } from "../../src/marking/mistakes.ts";
import { readPage } from "../../src/marking/page.ts";
import { nameAt } from "../../src/marking/slips.ts";
import { openDefinition } from "../../src/open.ts";
import { allRules } from "../compiler/passes/rule-cases.ts";
import { command } from "../support/command.ts";
import { wordsLeft } from "./marked.ts";
import { ofHtml, ofJson, ofLatex } from "./shown.ts";

vi.mock(import("../../compiler/words/words.ts"), async (original) => {
  const { marked } = await import("./marked.ts");
  return { words: marked((await original()).words) };
});

const model = fileURLToPath(new URL("./nets.model.ts", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "gradc-words-"));

/** Functions, settings and conditions of formulas, and names that gradc gives itself. */
const notation = [
  ...Object.keys({ ...words.functions, ...words.forms }),
  ...["layerNorm", "batchNorm", "unit", "multiHead", "scaledDotProductAttention", "lstm", "gru", "rnn", "true", "false"],
  ...["stride", "padding", "dilation", "groups", "cells", "bilinear", "corners", "inside", "batch", "loss", "lr"],
  ...["exp", "log", "sqrt", "abs", "sign", "sin", "cos", "sinh", "cosh", "tanh", "atan", "acos", "asinh", "max", "square", "loop"],
  ...["counted", "held", "output", "last", "dropped", "xhat", "qkv"],
];

/** In one line conditions are signs, in LaTeX and HTML words beside the rows. */
const conditions = ["if", "else"];

const opened = (net: string) => openDefinition(model, { model: net });

let known: ReadonlySet<string> | undefined;

/** What `text` says beside words of the table, notation and the names of the nets. */
async function left(text: string, signs: readonly string[] = conditions): Promise<string[]> {
  if (!known) {
    const nets = await Promise.all(["q", "v", "c", "w", "t"].map(opened));
    const declared = nets.flatMap(({ program }) => [...program.graph.declarations.values()].map(({ name }) => name));
    known = new Set([...notation, ...declared].flatMap((name) => name.match(/[a-z]+/giu) ?? []));
  }
  return wordsLeft(text.replaceAll(/[\w.-]+\.model\.ts/g, " "), new Set([...known, ...signs]));
}

const written = (name: string, content: unknown): string => {
  writeFileSync(join(folder, name), typeof content === "string" ? content : JSON.stringify(content));
  return join(folder, name);
};

const example = written("example.json", { x: [[0.5, -1]], y: [[0.25]] });

/** How a page is read in its format. */
const readers: Readonly<Record<string, (text: string) => string>> = {
  text: (text) => text,
  latex: ofLatex,
  html: ofHtml,
  svg: ofHtml,
  json: (text) => ofJson(JSON.parse(text)).join("\n"),
};

const inspect = async (net: string, ...options: readonly string[]): Promise<{ readonly out: string; readonly shown: string }> => {
  const { code, out, notes } = await command("inspect", model, "--model", net, ...options);
  if (code !== 0) throw new Error(notes);
  const format = options[options.indexOf("--format") + 1] ?? "";
  return { out, shown: (readers[options.includes("--format") ? format : "text"] as (text: string) => string)(out) };
};

const formats = ["text", "latex", "html", "json"];
const derived: readonly (readonly [net: string, name: string])[] = [
  ...[["w", "x"] as const, ["w", "W_k"] as const, ["t", "W_e"] as const, ["t", "h"] as const],
];

const pages: readonly (readonly string[])[] = [
  ...["q", "w", "t"].flatMap((net) => [...formats, "svg"].map((format) => [net, "--format", format])),
  ...["w", "t"].map((net) => [net, "--as-run"]),
  ["w", "--expand"],
  ...["text", "html"].map((format) => ["q", "--expand", "all", "--optimizer", "adam", "--format", format]),
  ...["text", "latex"].map((format) => ["v", "--vectors", "columns", "--format", format]),
  ...["neurons", "modules"].map((notation) => ["c", "--notation", notation]),
  ...["text", "latex", "html"].map((format) => ["q", "--index", "--at", example, "--lr", "0.1", "--format", format]),
  ...["text", "html", "svg"].map((format) => ["q", "--at", example, "--format", format]),
  ...formats.map((format) => ["q", "--derive", "W_h", "--at", example, "--format", format]),
  ...derived.map(([net, name]) => [net, "--derive", name]),
  ...["text", "html"].map((format) => ["c", "--derive", "W_p", "--through", "p′", "--format", format]),
];

test.each(pages.map((page) => [page.join(" ").replace(folder, ""), page] as const))("gradc inspect --model %s", async (_, [net = "", ...options]) => {
  const { out, shown } = await inspect(net, ...options);
  if (!options.includes("latex")) expect(out).toContain("‹");
  expect(await left(shown, ["latex", "html"].some((format) => options.includes(format)) ? [] : conditions)).toEqual([]);
});

test.each(["softmax", "glu", "gelu"])("gradc inspect --plot %s", async (name) => {
  expect(await left((await command("inspect", "--plot", name)).out)).toEqual([]);
});

test("gradc check --claim", async () => {
  const lines = ["δ_p = 2/batch·(p + y)", "∂loss/∂W_p = δ_pᵀ·h", "∂loss/∂b_p = δ_p", "δ_h = (δ_p·W_pᵀ) ⊙ (1 − h)", "∂loss/∂W_h = xᵀ·δ_h"];
  const more = ["∂loss/∂b_h = −Σ_batch δ_h", "∂loss/∂b_h = 3·Σ_batch δ_h", "∂loss/∂b_h = 0·b_h", "∂loss/∂b_h = log(−1)·b_h", "∂loss/∂b_h = sin(b_h)"];
  for (const [claims, hints] of [
    [lines, "2"],
    [more, "2"],
    [[...lines, ...more], "1"],
  ] as const) {
    const { out } = await command(
      "check",
      model,
      "--model",
      "v",
      "--claim",
      written("claims.txt", claims.join("\n")),
      "--hints",
      hints,
      "--at",
      example,
    );
    expect(out).toContain("| ‹");
    expect(await left(out)).toEqual([]);
  }
});

test("every single mistake in the lines of a page", async () => {
  const says = (await Promise.all(["v", "c", "w"].map(opened))).flatMap(({ program }) => {
    const { lines } = readPage(partsToRead(readable(program)));
    const confusable = {
      hasRows: true,
      rows: "batch",
      rowAxis: "batch",
      namesLike: () => ["x"],
      signsLike: () => [],
      beforeActivation: () => lines.get("h")?.term,
    };
    return [...lines.values()].flatMap(({ term }) => (term ? mistakesIn(term, confusable, [nameAt(term, "h")]) : [])).map((mistake) => mistake.says);
  });
  expect(says.length).toBeGreaterThan(1000);
  expect(await left([...new Set(says)].join("\n"))).toEqual([]);
});

test("rules of rewriting and of differentiation that have no words are formulas", async () => {
  const rewrites = allRules.map(({ name }) => words.rewrites.rules[name] ?? name);
  const rules = [...Object.values(opRules), ...formRules.values()].flatMap((saying) => (typeof saying?.words === "string" ? [saying.words] : []));
  expect(await left([...rewrites, ...rules].join("\n").replaceAll(/_i[jk]/g, ""))).toEqual([]);
});

test("a word beside the table is found, in every format", async () => {
  expect(await left("‹Forward› where h = tanh(x·W_h), a vector ‹of two›")).toEqual(["where", "vector"]);
  expect(await left(ofLatex("\\begin{aligned} h & = x && \\text{chain ‹rule›} \\end{aligned}"))).toEqual(["chain"]);
  expect(await left(ofHtml('<style>body {}</style><p title="written"><mi>tanh</mi> ‹at› <b>place</b></p>'))).toEqual(["written", "place"]);
  expect(await left(ofJson({ kind: "call", title: "Forward", lines: [{ text: "‹of› rows" }] }).join("\n"))).toEqual(["Forward", "rows"]);
});
