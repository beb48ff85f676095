// The HTML page: well formed, in need of nothing, no name acts in it, and long parts fold.
import { describe, expect, test } from "vitest";
import { f32, model, nn } from "../../../src/index.ts";
import { inPieces } from "../../../src/page/breaks.ts";
import { derivationHtml } from "../../../src/page/derivation-html.ts";
import { valueHtml } from "../../../src/page/document.ts";
import { foldsOf } from "../../../src/page/folds.ts";
import { pageHtml } from "../../../src/page/html.ts";
import { lineMath, set, symbol } from "../../../src/page/math.ts";
import { valuesLatex } from "../../../src/page/numbers.ts";
import { script } from "../../../src/page/script.ts";
import type { JsonLine, PageJson } from "../../../src/page/types.ts";
import { dataOf, exampleAt } from "./pages.ts";

const empty = new Set(["meta", "!doctype"]);

/** Elements that are not closed in their order. */
function faultsIn(html: string): string[] {
  const open: string[] = [];
  const faults: string[] = [];
  for (const [all, end, tag = ""] of html.replace(/<(style|script)>[\s\S]*?<\/\1>/g, "").matchAll(/<(\/?)([a-z!][a-z0-9]*)[^>]*>/gi)) {
    if (end && open.pop() !== tag) faults.push(`</${tag}>`);
    if (!end && !empty.has(tag) && !all.endsWith("/>")) open.push(tag);
  }
  return [...faults, ...open];
}

const norms = model("norms", { x: f32("batch", 4) }, ({ x }) => ({ outputs: { h: nn.layerNorm(x) } }));

const withNames = (name: string): PageJson => {
  const variable = { id: 1, kind: "variable", name } as const;
  const line = { text: name, sign: "=", left: variable, right: { id: 2, kind: "call", name, args: [variable], subscript: name }, where: [] } as const;
  const place = { file: name, line: 1, column: 1 };
  return {
    name,
    lang: "en",
    page: [{ part: "forward", title: name, lines: [{ ...line, layer: name, place }] }],
    symbols: [{ name, full: `${name}.`, kind: "value", dtype: "f32", shape: [name, 2], place }],
    conventions: [name],
    sources: [{ file: name, text: `${name}\n\ttwo` }],
  };
};

const hostile = [
  "<img src=x onerror=harm()>",
  '"><script>harm()</script>',
  "'&<b>",
  "\\input{x}",
  "\\",
  "%",
  "{",
  "é́",
  "漢",
  "a_b_c",
  "$x$",
  "\u001b]0;",
  "__proto__",
];

test.each(hostile)("no name acts in the page: %j", (name) => {
  const html = pageHtml(withNames(name), undefined);
  expect(faultsIn(html)).toEqual([]);
  expect(html.replace(`<script>${script}</script>`, "")).not.toMatch(/<(script|img|b)\b/);
  expect(html).not.toContain("merror");
});

test.each(hostile)("nor in a derivation: %j", (name) => {
  const { page, sources } = withNames(name);
  const [line] = page.flatMap(({ lines }) => lines) as [JsonLine];
  const rules = [{ of: name, words: name, paths: [name], through: [line.right], note: name }];
  const values = { shape: [2], elements: ["NaN", "-Infinity"] } as const;
  const paths = [{ line, stable: line, place: { file: name, line: 1, column: 1 }, rules }];
  const steps = [{ paths, lines: [{ ...line, where: [line], because: name, isOnPage: true }], values }];
  const html = derivationHtml({ name, lang: "en", title: name, of: name, by: name, steps, conventions: [name], sources });
  expect(faultsIn(html)).toEqual([]);
  expect(html.replace(`<script>${script}</script>`, "")).not.toMatch(/<(script|img|b)\b/);
  expect(html).not.toContain("merror");
  expect(html).toContain("∞");
});

test("a word is set as it is, whatever LaTeX does with its signs", () => {
  expect(symbol("hid<den")).toContain('<mi class="word">hid&lt;den</mi>');
  expect(symbol("first_layer")).toContain('<mi class="word">first_layer</mi>');
  expect(symbol("W_größe")).toContain('<mi class="word">größe</mi>');
  expect(set("0.999^{t_{\\mathit{generator}}}")).toMatch(/<mi[^>]* class="word">generator<\/mi>/);
  expect(symbol("a\\b^c")).toContain('<mi class="word">a\\b^c</mi>');
});

test("the page needs nothing else, and says its language", async () => {
  const { json, picture } = await dataOf(exampleAt("xor/xor.model.ts"));
  const html = pageHtml(json, picture);
  expect(faultsIn(html)).toEqual([]);
  expect(html).toMatch(/^<!doctype html>\n<html lang="en">/);
  expect(html.replaceAll("http://www.w3.org/2000/svg", "")).not.toMatch(/https?:|\burl\(|@import|\bsrc=|<link/);
  const ids = Array.from(html.matchAll(/ id="([^"]*)"/g), ([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const [, target] of html.matchAll(/ href="#([^"]*)"/g)) expect(ids).toContain(target);
});

test("source lines can be gone to where their text is known", async () => {
  const sources = [{ file: "xor.model.ts", text: "one\ntwo <3\n" }];
  const { json } = await dataOf(exampleAt("xor/xor.model.ts"), { sources });
  const html = pageHtml(json, undefined);
  expect(html).toContain('<span id="source-1-2">two &lt;3\n</span>');
  expect(html).toMatch(/<a class="place" href="#source-1-\d+" title="xor.model.ts:\d+:\d+">/);
  expect(pageHtml({ ...json, sources: [] }, undefined)).toMatch(/<span class="place">xor.model.ts:\d+:\d+<\/span>/);
});

test("a symbol has one number wherever it stands, an argument of a function has none", async () => {
  const { json } = await dataOf(norms);
  const html = pageHtml(json, undefined);
  const number = json.symbols.findIndex(({ name }) => name === "x") + 1;
  expect(html).toContain(`<mi data-symbol="${number}">x</mi>`);
  const [where] = html.match(/<ul class="where">[\s\S]*?<\/ul>/) ?? [];
  expect(where).toContain("<mi>x</mi>");
  expect(where).not.toContain(`data-symbol="${number}"`);
});

describe("long lines", () => {
  const textOf = (html: string) => html.replace(/<[^>]*>/g, "");

  test("break before signs and behind commas, and say the same", () => {
    const long = set("\\mathit{first} = \\operatorname{concat}(\\mathit{first} \\odot b + (-c), \\mathit{second} - d, \\mathit{third})");
    const pieces = inPieces(long).map(textOf);
    expect(pieces.join("")).toBe(textOf(long));
    expect(pieces.map((piece) => piece.replaceAll("\u2061", ""))).toEqual(["first=", "concat(first", "⊙b", "+(−c),", "second", "−d,", "third)"]);
  });

  test("not within brackets that grow, nor where they are short", () => {
    expect(inPieces(set("y = \\left(\\frac{\\mathit{something}}{\\mathit{something}} + \\mathit{something}\\right)"))).toHaveLength(2);
    expect(inPieces(set("y = a + b"))).toHaveLength(1);
  });
});

describe("long parts fold", () => {
  const lines = (...layers: (string | undefined)[]): JsonLine[] => {
    const term = { id: 1, kind: "number", value: 1 } as const;
    return layers.map((layer, i) => ({ text: `${i}`, sign: "=", left: term, right: term, where: [], ...(layer !== undefined && { layer }) }));
  };
  const titles = (all: readonly JsonLine[]) => foldsOf(all).map((fold) => [fold.title, fold.lines.length]);

  test("by layers, what has none with those that follow it", () => {
    const layers = ["first", "second"].flatMap((name) => [undefined, ...Array.from({ length: 6 }, (_, i) => `${name}.${i}`)]);
    expect(titles(lines(...layers))).toEqual([
      ["first", 7],
      ["second", 7],
    ]);
  });

  test("small layers together; a sequence by its steps", () => {
    expect(titles(lines(...Array.from({ length: 14 }, (_, i) => `net.${i}`)))).toEqual([
      ["net.0 … net.5", 6],
      ["net.6 … net.11", 6],
      ["net.12 … net.13", 2],
    ]);
  });

  test("all lines stay in their order", () => {
    const all = lines("a", "b", undefined, "a", ...Array.from({ length: 12 }, () => "c"), undefined);
    expect(foldsOf(all).flatMap((fold) => fold.lines)).toEqual(all);
  });

  test("twelve lines do not", () => {
    expect(titles(lines(...Array.from({ length: 12 }, (_, i) => `net.${i}`)))).toEqual([[undefined, 12]]);
  });
});

describe("numbers", () => {
  const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);

  test("a vector in a row and a small matrix stand in their line", () => {
    expect(valuesLatex({ shape: [], elements: [-0.123456789] })).toBe("{-0.12346}");
    expect(valuesLatex({ shape: [3], elements: [1, 4.81871e-5, -2e7] })).toBe("(1,\\; 4.8187 \\cdot 10^{-5},\\; {-2 \\cdot 10^{7}})");
    // Zeros say that there is more.
    expect(valuesLatex({ shape: [4], elements: [3.539014830686, -2.115033429, 0.5, 123456.7] })).toBe("(3.5390,\\; {-2.1150},\\; 0.5,\\; 123460)");
    expect(valuesLatex({ shape: [2, 1], elements: [1, "NaN"] })).toBe("\\begin{pmatrix} 1 \\\\ \\mathrm{NaN} \\end{pmatrix}");
    expect(set(valuesLatex({ shape: [1], elements: ["-Infinity"] }))).toContain("∞");
    expect(valueHtml({ shape: [6, 6], elements: upTo(36) })).not.toContain("<details");
  });

  test("up to 256 fold, all of them in tables by their places", () => {
    const html = valueHtml({ shape: [2, 2, 8], elements: [-4.81871e-5, "-Infinity", "NaN", ...upTo(29)] });
    expect(faultsIn(html)).toEqual([]);
    expect(html).toContain("(−4.8187·10<sup>−5</sup>, −∞, NaN, …)");
    expect(html.match(/<td>[^<]/g)).toHaveLength(32);
    expect(Array.from(html.matchAll(/<caption>(.*?)<\/caption>/g), ([, caption]) => caption)).toEqual(["[0,·,·]", "[1,·,·]"]);
    expect(html).toContain('<tr><th scope="row">1</th><td>21</td>');
    const vector = valueHtml({ shape: [256], elements: upTo(256) });
    expect(vector).toContain('<tr><th scope="row">240</th><td>240</td>');
    expect(vector.match(/<th scope="col">/g)).toHaveLength(16);
  });

  test("of more the first, with how many are left out; so too where a page has not all", () => {
    for (const values of [
      { shape: [100, 200], elements: upTo(256) },
      { shape: [20_000], elements: upTo(20_000) },
    ]) {
      const html = valueHtml(values);
      expect(html).not.toMatch(/<table|<details/);
      expect(html).toMatch(/\(0, 1, 2, …\).*19,997 more of (100×200|20000)</);
    }
  });
});

test("a product of two names has room between them that is wider than a thin space", () => {
  const name = (text: string) => ({ kind: "variable", name: text, scalar: true }) as const;
  const right = { kind: "operator", op: "*", args: [name("lr"), name("weightDecay")] } as const;
  expect(lineMath({ left: name("a"), right }).join("")).toContain('<mspace width="0.2778em">');
});

test("a value stands beside its symbol, before what the symbol is", async () => {
  const { json } = await dataOf(norms);
  const valued = { ...json, symbols: json.symbols.map((symbol) => ({ ...symbol, values: { shape: [], elements: [7] } })) };
  const [row = ""] = pageHtml(valued, undefined).match(/<tr id="symbol-1"[\s\S]*?<\/tr>/) ?? [];
  expect(row.split("<td>")[2]).toContain("7");
});
