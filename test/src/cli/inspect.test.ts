import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { words } from "../../../compiler/words/words.ts";
import { load } from "../../../runtime/index.node.ts";
import * as sections from "../../../runtime/sections.ts";
import { valuesAt } from "../../../src/cli/inspect/values.ts";
import { f32, model, ops } from "../../../src/index.ts";
import { openDefinition } from "../../../src/open.ts";
import { derivationHtml } from "../../../src/page/derivation-html.ts";
import { script } from "../../../src/page/script.ts";
import type { DerivationJson } from "../../../src/page/types.ts";
import { command } from "../../support/command.ts";
import { byClass, parseSvg } from "../../support/svg.ts";
import { faultsOf } from "../page/schema.ts";
import { flowerFolder } from "./flowers.ts";

const { at, definition } = flowerFolder();
const module = () => at("i", "flower.wasm");

beforeAll(async () => {
  await command("build", definition(), "-o", at("i"));
});

describe("--as-run", () => {
  const labels = fileURLToPath(new URL("../../../examples/multi-label/points.model.ts", import.meta.url));
  const parsed = async (...args: string[]) => JSON.parse((await command("inspect", ...args, "--format", "json")).out);

  test("lists the rewrites for speed and against overflow, in text, JSON and HTML alike", async () => {
    const { out } = await command("inspect", labels, "--as-run");
    const data = await parsed(labels, "--as-run");
    const html = (await command("inspect", labels, "--as-run", "--format", "html")).out;
    expect(faultsOf(data)).toEqual([]);
    expect(data.rewrites.length).toBeGreaterThan(0);
    const list = out.slice(out.indexOf("Rewrites"));
    for (const { rule, tag, before, after, place } of data.rewrites) {
      expect(list).toContain(`${rule} (${tag})`);
      expect(list).toContain(`${before}  →  ${after}`);
      expect(place).toMatchObject({ file: "points.model.ts", line: expect.any(Number) });
    }
    expect(html.split(" → ").length).toBeGreaterThan(data.rewrites.length);
    expect((await parsed(labels)).rewrites).toBeUndefined();
  });

  test("says where there are none", async () => {
    const { none } = words.rewrites;
    expect((await command("inspect", definition(), "--as-run")).out).toMatch(new RegExp(`Rewrites\n\n${none}$`));
    expect((await parsed(definition(), "--as-run")).rewrites).toEqual([]);
    expect((await command("inspect", definition(), "--as-run", "--format", "html")).out).toContain(none);
    expect((await command("inspect", definition(), "--as-run", "--format", "latex")).out).not.toContain(none);
  });
});

describe("--format svg", () => {
  test("draws the network, of a definition and of its module alike, on the output or in a file", async () => {
    const [source, compiled] = [await command("inspect", definition(), "--format", "svg"), await command("inspect", module(), "--format", "svg")];
    expect(byClass(parseSvg(source.out), "gradc-weight").length).toBeGreaterThan(0);
    expect(compiled.out).toBe(source.out);
    const { out } = await command("inspect", module(), "--format", "svg", "--out", at("flower.svg"));
    expect(out).toMatch(/flower\.svg {2}[\d,]+ bytes$/);
    expect(await readFile(at("flower.svg"), "utf8")).toBe(`${source.out}\n`);
  });

  test("--at: with the numbers of the module's weights", async () => {
    const example = at("picture.json");
    await writeFile(example, JSON.stringify({ x: [[1, 2]], kind: [0] }));
    const { out } = await command("inspect", module(), "--format", "svg", "--at", example);
    expect(out).toMatch(/>L = \d/);
    const over = await command("inspect", module(), "--format", "svg", "--at", example, "--out", example);
    expect(over).toMatchObject({ code: 1, notes: expect.stringContaining("it holds the example") });
  });

  test("--format html: the page in a file, never over what it is made of", async () => {
    const example = at("example.json");
    await writeFile(example, JSON.stringify({ x: [[1, 2]], kind: [0] }));
    const { out } = await command("inspect", definition(), "--format", "html", "--at", example, "--out", at("flower.html"));
    expect(out).toMatch(/flower\.html {2}[\d,]+ bytes$/);
    const page = await readFile(at("flower.html"), "utf8");
    expect(page).toContain('class="gradc-picture"');
    expect(page).toContain('class="value wide"');
    // The text of the definition, of which a module knows nothing.
    expect(page).toContain('id="source-1-1"');
    expect((await command("inspect", module(), "--format", "html")).out).not.toContain('id="source-1-1"');
    for (const file of [definition(), example]) {
      const over = await command("inspect", definition(), "--format", "html", "--at", example, "--out", file);
      expect(over).toMatchObject({ code: 1, notes: expect.stringContaining("it holds the") });
    }
  });

  test("--format json --at: the numbers of values by name, and those of the page beside its lines", async () => {
    const example = at("json.json");
    await writeFile(example, JSON.stringify({ x: [[1, 2]], kind: [0] }));
    const json = JSON.parse((await command("inspect", definition(), "--format", "json", "--at", example)).out);
    const [loss] = json.forward.loss;
    expect(json.symbols.find(({ name }: { name: string }) => name === "loss").values).toEqual({ shape: [], elements: [loss] });
    expect(json.sources[0].text).toContain("model(");
  });

  test("--out is for pictures alone", async () => {
    expect((await command("inspect", module(), "--out", at("formulas.txt"))).notes).toContain('"--out" is for the picture');
  });
});

describe("formulas", () => {
  test("a definition and its module read the same", async () => {
    const [source, compiled] = [await command("inspect", definition()), await command("inspect", module())];
    expect(source.out).toContain("Forward");
    expect(source.out).toContain("∂loss/∂W_logits");
    expect(source.out).not.toContain("Updates");
    expect(compiled.out).toBe(source.out);
    for (const asked of [[], ["--through", "p"]]) {
      const derive = ["--derive", "W_logits", ...asked];
      expect((await command("inspect", module(), ...derive)).out).toBe((await command("inspect", definition(), ...derive)).out);
    }
  });

  test("--optimizer: its updates too, of a module those that it has compiled in", async () => {
    const [source, compiled] = [
      await command("inspect", definition(), "--optimizer", "adam"),
      await command("inspect", module(), "--optimizer", "adam"),
    ];
    expect(source.out).toMatch(/Updates[\s\S]*lr/);
    expect(compiled.out).toBe(source.out);
    expect((await command("inspect", module(), "--optimizer", "sgd")).notes).toContain("build with --optimizer sgd");
  });

  test.each(["adadelta", "adagrad", "adamax", "asgd", "lion", "nadam", "radam", "rmsprop", "rprop"])("--optimizer %s", async (name) => {
    expect((await command("inspect", definition(), "--optimizer", name)).out).toMatch(/Updates[\s\S]*lr/);
  });

  test("--wrt: these gradients only, of a definition and of a module", async () => {
    const { out } = await command("inspect", definition(), "--wrt", "x", "--format", "latex");
    expect(out).toContain("\\partial");
    expect(out).not.toContain("Forward");
    expect((await command("inspect", module(), "--wrt", "x", "--format", "latex")).out).toBe(out);
    const [named, printed] = [await command("inspect", module(), "--wrt", "logits.weight"), await command("inspect", module(), "--wrt", "W_logits")];
    expect(printed.out).toBe(named.out);
    expect(await command("inspect", module(), "--wrt", "z")).toMatchObject({ code: 1, notes: expect.stringContaining('"z"') });
  });

  test("--format json and html", async () => {
    const json = JSON.parse((await command("inspect", definition(), "--format", "json")).out);
    expect(Object.keys(json)).toEqual(["forward", "gradients", "updates", "name", "lang", "page", "symbols", "conventions", "sources"]);
    const page = (await command("inspect", module(), "--format", "html")).out;
    expect(page).toMatch(/^<!doctype html>\n<html lang="en">[\s\S]*<title>flower<\/title>/);
  });

  test("a model without a loss has a forward pass alone", async () => {
    const { out } = await command("inspect", definition(), "--model", "mapping");
    expect(out).toMatch(/Forward\S*\n\ny = x·W_y \+ b_y\n\n\S*Symbols/);
  });
});

test("of a module: one model, and the file of a damaged one is named", async () => {
  expect((await command("inspect", module(), "--model", "mapping")).notes).toContain("build with --model mapping");
  await writeFile(at("damaged.wasm"), "nothing");
  expect((await command("inspect", at("damaged.wasm"))).notes).toContain(`\n  at ${at("damaged.wasm")}`);
});

describe("what is compiled", () => {
  test("--memory: place, bytes and lifetime of every buffer, of a definition and of a module", async () => {
    const { out } = await command("inspect", definition(), "--memory", "--optimizer", "adam");
    expect(out).toMatch(/logits\.1\.weight +variable +f32\[8, 3\] +\d+ +96 +always\n/);
    expect(out).toMatch(/ temporary +f32\[batch, \d+\] +\d+ +\d+ +step \d/);
    expect((await command("inspect", module(), "--memory")).out.split("\n").length).toBe(out.split("\n").length);
  });

  test("--measure: each kernel of a step with its time and place, of a definition and of a module", async () => {
    const { out } = await command("inspect", definition(), "--measure", "--optimizer", "adam");
    expect(out).toMatch(/^ *kernel of step +ms +share +GFLOP\/s +GB\/s +source\n/);
    expect(out).toMatch(/\n *step\.\S+ +[\d.]+ +[\d.]+ % +[\d.]+ +[\d.]+ +\S+\.model\.ts:\d+:\d+\n/);
    expect((await command("inspect", module(), "--measure")).out).toMatch(/ ms in all; [\d.]+ ms as one step; /);
  });

  test("--kernels", async () => {
    const { out } = await command("inspect", definition(), "--kernels", "--optimizer", "adam");
    expect(out).toMatch(/^ {2}schedule {2}.*vectorise /m);
    expect(out).toMatch(/^ {2}work {6}[\d,]+ operations.*; [\d,]+ bytes read, [\d,]+ written; [\d.]+ % of step$/m);
    expect(out).toMatch(/^ {2}source {4}\S+\.model\.ts:\d+/m);
    expect(out).toMatch(/\ncounted with batch = \d+\n?$/);
    expect((await command("inspect", module(), "--kernels")).out).toContain("parallel");
  });
});

test("--trace: the steps of rules and of the chain rule, with places; of a module those that were not taken yet", async () => {
  const { out } = await command("inspect", definition(), "--trace");
  expect(out).toMatch(/^differentiate {2}\S+\.ts:\d+:\d+ {2}chain rule of \w+ at %\d+, input \d: %\d+ => %\d+$/m);
  expect(out).toMatch(/^%\d+ = mul\(%\d+, %\d+\) : f32\[batch, \d\]$/m);
  expect(out).toMatch(/^simplify .*\((bits|reals)\): %\d+ => %\d+$/m);
  const compiled = (await command("inspect", module(), "--trace")).out;
  expect(compiled).toMatch(/^simplify /m);
  expect(compiled).not.toContain("differentiate");
});

describe("--at", () => {
  const inputs = { x: [[1, 5]], kind: [0] };

  test("the numbers of every value and gradient, with the weights of the module", async () => {
    await writeFile(at("at.json"), JSON.stringify(inputs));
    const { out } = await command("inspect", module(), "--at", at("at.json"), "--format", "json");
    const { forward, gradients } = JSON.parse(out);
    const net = await load(module());
    // The module computes in f32.
    expect(forward.logits[0]).toBeCloseTo(net.predict(inputs).logits?.[0] as number, 5);
    expect(forward.loss[0]).toBeCloseTo(net.evaluate(inputs).loss, 5);
    expect(gradients["logits.1.bias"][0]).toBeCloseTo(net.gradients(inputs).gradients["logits.1.bias"]?.[0] as number, 5);
    const text = await command("inspect", definition(), "--at", at("at.json"));
    expect(text.out).toMatch(/\n {2}logits\.weight( +-?[\d.]+){8}\n( +-?[\d.]+){8}\n/);
  });

  test("a value with many elements is whole in lines of equal length, one with very many is cut", async () => {
    const wide = model("wide", { x: f32("batch", 20) }, ({ x }) => ({ outputs: { h: ops.sin(x) } }));
    const linesFor = async (rows: number) =>
      valuesAt(await openDefinition(wide), { x: Array.from({ length: rows }, () => Array(20).fill(0.5)) }, "text")
        .split("\n")
        .slice(2);
    const lines = await linesFor(12);
    expect(lines).toHaveLength(24);
    expect(new Set(lines.map((line) => line.trim().split(/ {2,}/).slice(-10).length))).toEqual(new Set([10]));
    expect(new Set(lines.map((line) => line.length)).size).toBe(1);
    expect(await linesFor(13)).toEqual([expect.stringMatching(/^ {2}h( {2}0\.4794){8} {2}… 260 in all$/)]);
  });

  test("--weights: of a definition and of a module, the numbers of other weights", async () => {
    const net = await load(module(), { seed: 5 });
    await writeFile(at("five.safetensors"), net.state());
    const numbers = async (model: string) => {
      const { out } = await command("inspect", model, "--at", at("at.json"), "--format", "json", "--weights", at("five.safetensors"));
      return JSON.parse(out).forward.logits as number[];
    };
    const wanted = net.predict(inputs).logits?.[0] as number;
    expect((await numbers(module()))[0]).toBeCloseTo(wanted, 5);
    expect((await numbers(definition()))[0]).toBeCloseTo(wanted, 5);
  });

  test("a file that is not there, or no JSON, or for another model", async () => {
    await writeFile(at("broken.json"), "{");
    await writeFile(at("other.json"), '{"z": [1]}');
    expect((await command("inspect", module(), "--at", at("none.json"))).notes).toContain("there is no such file");
    expect((await command("inspect", module(), "--at", at())).notes).toContain("it is a folder");
    expect((await command("inspect", module(), "--at", at("broken.json"))).notes).toContain("as JSON");
    expect((await command("inspect", module(), "--at", at("other.json"))).notes).toContain('no input "z"');
  });
});

/** The module with another graph, as anyone can write it: sections behind the seal are not covered by it. */
function withGraph(stripped: Uint8Array, graph: string): Uint8Array {
  const body = Buffer.concat([Buffer.from([sections.graph.length]), Buffer.from(sections.graph), Buffer.from(graph)]);
  const size = [0, 7, 14, 21].map((shift) => ((body.length >>> shift) & 127) | (shift < 21 ? 128 : 0));
  return Buffer.concat([stripped, Buffer.from([0, ...size]), body]);
}

describe("no name in a module acts in a page or a terminal", () => {
  let [stripped, graph] = [new Uint8Array(), ""];
  beforeAll(async () => {
    await command("build", definition(), "-o", at("s"), "--strip");
    stripped = await readFile(at("s", "flower.wasm"));
    const [section] = WebAssembly.Module.customSections(await WebAssembly.compile(await readFile(module())), sections.graph);
    graph = new TextDecoder().decode(section);
  });

  test.each(["</title><script>harm()</script>", "<img/src=x/onerror=harm()>", "'\"><script>", "\u001b]0;owned\u0007", "\u009b2J", "\\input{x}"])(
    "%j",
    async (harm) => {
      const hostile = graph.replace("program flower", () => `program ${harm}`).replaceAll('"logits"', () => JSON.stringify(harm));
      await writeFile(at("hostile.wasm"), withGraph(stripped, hostile));
      const printed: Record<string, string> = Object.fromEntries(
        await Promise.all(
          ["text", "html", "latex", "json"].map(async (format) => [format, (await command("inspect", at("hostile.wasm"), "--format", format)).out]),
        ),
      );
      for (const out of Object.values(printed)) {
        expect(out).toMatch(/W(_|<\/mi>)/);
        // Bold titles are ours.
        expect(out.replace(/\p{Cc}\[(1|22)m/gu, "")).not.toMatch(/(?!\n)\p{Cc}/u);
      }
      // One script is ours.
      expect(printed.html?.replace(`<script>${script}</script>`, "")).not.toMatch(/<(script|img)/);
      expect(printed.latex).not.toContain("\\input");
    },
  );
});

describe("a derivation", () => {
  const example = "examples/two-neurons/example.json";
  const net = "examples/two-neurons/net.model.ts";

  test("each step has its rule, place and value, and the last line is that of the page", async () => {
    const { out } = await command("inspect", net, "--derive", "W_a", "--at", example);
    expect(`\n${out}\n`).toMatchInlineSnapshot(`
      "
      ∂loss/∂W_a, from the loss down        net.model.ts
      1  loss = (yhat − y)²                 18:37
         power rule: u² has the derivative 2·u
         ∂loss/∂yhat = 2·(yhat − y)         = 3
      2  yhat = tanh(a3)                    17:16
         chain rule, tanh′(u) = 1 − tanh(u)²
         δ_a3 = ∂loss/∂yhat ⊙ (1 − yhat²)
         δ_a3 = 2·(yhat − y) ⊙ (1 − yhat²)  = 2.25
      3  a3 = z·W_a3 + b_a3                 16:14
         product of matrices, in the left factor: multiply by the right one, transposed
         ∂loss/∂z = δ_a3·W_a3ᵀ              = (2.25, −1.125)
      4  z = tanh(a)                        15:13
         chain rule, tanh′(u) = 1 − tanh(u)²
         δ_a = ∂loss/∂z ⊙ (1 − z²)
         δ_a = (δ_a3·W_a3ᵀ) ⊙ (1 − z²)      = (1.7695, −1.0575)
      5  a = x·W_a + b_a                    14:13
         product of matrices, in the right factor; for one example the outer product
         ∂loss/∂W_a = x ⊗ δ_a               = (1.7695, −1.0575; 3.5390, −2.1150)

      Conventions

        Rows are examples, batch is how many. A vector beside · is a row on its left and a column on its right; W has a row for each input, so that w_ij goes from i to j.
        · multiplies matrices, and scales by a number.
        ⊙, / and powers go element by element; what has fewer axes goes along the last ones, rows along rows, and b[j] along those of its letters (i the first), an axis of extent 1 along any.
        (x ⊗ y)[i,j] is x[i]·y[j].
        ᵀ exchanges the last two axes.
        What has one element stands for that number, and a number for it, in the shape that its name has.
        δ_a is how the loss changes with what stands at a: what layer a gives before its activation.
      "
    `);
    expect((await command("inspect", net)).out).toContain("∂loss/∂W_a = x ⊗ δ_a");
  });

  test("of a module it is that of its definition, but that it does not know the losses of single rows", async () => {
    const [source, compiled] = [
      (await command("inspect", definition(), "--derive", "W_logits")).out,
      (await command("inspect", module(), "--derive", "W_logits")).out,
    ];
    expect(source).toMatch(/∂loss\/∂W_logits = .*·δ_logits$/m);
    expect(source).toContain("∂loss/∂ℓ = counted/N");
    // From the logits down, without the numbers of steps and the distances to places.
    const below = (text: string) => text.slice(text.indexOf("  logits = ")).replaceAll(/^\d+| +(?=\d+:\d+$)/gm, "");
    expect(below(compiled)).toBe(below(source));
  });

  test("--format json: steps as data; latex: one aligned; html: a page drawn from the data", async () => {
    const json = JSON.parse((await command("inspect", net, "--derive", "z", "--at", example, "--format", "json")).out) as DerivationJson;
    const { of, by, steps, sources } = json;
    expect([of, by, steps.length, sources.map(({ file }) => file)]).toEqual(["loss", "z", 3, ["net.model.ts"]]);
    expect(steps.map(({ values }) => values?.shape)).toEqual([[1], [1], [2]]);
    expect(steps[1]?.paths[0]).toMatchObject({ place: { line: 17, column: 16 }, rules: [{ of: "tanh" }] });
    expect((await command("inspect", net, "--derive", "z", "--format", "latex")).out).toMatch(
      /^(% .*\n)+\\begin\{aligned\}[\s\S]*\\text\{chain rule\}/,
    );
    const page = (await command("inspect", net, "--derive", "z", "--at", example, "--format", "html")).out;
    expect(page).toBe(derivationHtml(json).trimEnd());
    expect(page).toContain('href="#source-1-17"');
    const { out } = await command("inspect", net, "--derive", "z", "--format", "html", "--out", at("derived.html"));
    expect(out).toMatch(/derived\.html {2}[\d,]+ bytes$/);
  });

  test("--through: by way of the probabilities, whose Jacobian is named", async () => {
    const { out } = await command("inspect", definition(), "--derive", "W_logits", "--through", "p");
    expect(out).toContain("Jacobian of the softmax");
    expect(out).toContain("a one-hot row holds one 1");
    expect((await command("inspect", definition(), "--derive", "W_logits", "--through", "p", "--format", "latex")).out).toContain(
      "\\text{Jacobian of the softmax}",
    );
    const page = (await command("inspect", definition(), "--derive", "W_logits", "--through", "p", "--format", "html")).out;
    expect(page).toContain("a one-hot row holds one 1");
    expect((await command("inspect", definition(), "--derive", "W_logits", "--through", "q")).notes).toContain(
      "expected  one of logits, z_logits, p, logp",
    );
    expect((await command("inspect", definition(), "--through", "p")).notes).toContain('"--through" is for a derivation');
  });

  test("of the loss itself it is a line", async () => {
    expect((await command("inspect", net, "--derive", "loss", "--at", example)).out).toMatch(/from the loss down\n +∂loss\/∂loss = 1 {2}= 1$/m);
  });

  test("what has no gradient, or no such name, is refused with a reason", async () => {
    const refused = async (name: string) => (await command("inspect", definition(), "--derive", name)).notes;
    expect(await refused("W_logit")).toContain('the nearest is "W_logits"');
    expect(await command("inspect", net, "--derive", "z", "--wrt", "z")).toMatchObject({ code: 1 });
  });

  test("of a model with games it is of the loss that trains the parameter", async () => {
    const gan = "examples/gan-line/gan-line.model.ts";
    expect((await command("inspect", gan, "--derive", "hidden.weight")).out).toMatch(/^∂generator\/∂W_hidden, from the loss down/);
    expect((await command("inspect", gan, "--derive", "noise")).notes).toContain('no gradient by "noise"');
  });
});
