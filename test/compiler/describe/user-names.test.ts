// Every value that a definition names has a line on the page as it is derived, and one alone: with a second name a second line, `idx = best_indices`.
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { mathNames } from "../../../compiler/describe/names.ts";
import { pageOf } from "../../../compiler/describe/page.ts";
import { writePage } from "../../../compiler/formula/page.ts";
import type { Formula } from "../../../compiler/formula/tree.ts";
import { readable } from "../../../compiler/index.ts";
import { withBodies } from "../../../compiler/ir/walk.ts";
import { lossesOf } from "../../../src/declare.ts";
import { declareSource, loadFile } from "../../../src/definition-file.ts";
import { partsToRead } from "../../../src/described.ts";
import type { Model } from "../../../src/model.ts";
import { openDefinition } from "../../../src/open.ts";
import { networkOf } from "../../bits/networks.ts";

/** The values that the definition names and that a loss or an output depends on, or is a gradient of: of each the names that it has. */
async function namesIn(source: Model): Promise<readonly string[][]> {
  const declared = await declareSource(source);
  const mathName = mathNames(declared.graph);
  const roots = [...lossesOf(declared), ...Object.values(declared.outputs), ...declared.differentiated];
  const nodes = withBodies(roots).filter(({ inputs }) => inputs.length > 0);
  return nodes.flatMap((node) => {
    const names = [...(declared.graph.names.get(node) ?? [])].map(({ text }) => mathName(text));
    return names.length > 0 ? [names] : [];
  });
}

/** What a line of a value is about; what a sequence starts from is none of its values. */
const nameOf = (left: Formula): string[] => (left.kind === "variable" && left.step !== "0" && left.step !== "T+1" ? [left.name] : []);

/** The names of values one of whose names has no line or several, and how many there are. */
async function lost(source: Model): Promise<{ readonly names: string[]; readonly count: number }> {
  const wanted = await namesIn(source);
  const { forward, predicted, errors, gradients } = pageOf(partsToRead(readable((await openDefinition(source)).program)));
  const lefts = [forward, predicted, errors, gradients].flat().flatMap(({ left }) => nameOf(left));
  const linesOf = (name: string) => lefts.filter((left) => left === name).length;
  const found = wanted.filter((names) => !names.every((name) => linesOf(name) === 1));
  return { names: found.map((names) => `${source.name}: ${names.join(", ")}`), count: wanted.length };
}

async function lostIn(sources: Iterable<Model>): Promise<{ readonly names: string[]; readonly count: number }> {
  const all = [];
  for (const source of sources) all.push(await lost(source));
  return { names: all.flatMap(({ names }) => names), count: all.reduce((sum, { count }) => sum + count, 0) };
}

const modelsIn = async (path: string): Promise<Model[]> => Object.values((await loadFile(path)).exports) as Model[];

test("the examples", async () => {
  const root = fileURLToPath(new URL("../../../examples/", import.meta.url));
  const paths = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".model.ts"));
  const sources = [];
  for (const path of paths.sort()) sources.push(...(await modelsIn(root + path)));
  const { names, count } = await lostIn(sources);
  expect(names).toEqual([]);
  expect(count).toBeGreaterThan(150);
});

test("networks by number", async () => {
  const { names, count } = await lostIn(Array.from({ length: 40 }, (_, number) => networkOf(number).model));
  expect(names).toEqual([]);
  expect(count).toBeGreaterThan(100);
});

test("definitions as a teacher writes them", async () => {
  const root = fileURLToPath(new URL("../../src/marking/", import.meta.url));
  for (const file of ["nets", "teacher", "steps", "windows"]) expect((await lostIn(await modelsIn(`${root}${file}.model.ts`))).names).toEqual([]);
});

const own = fileURLToPath(new URL("./user-names.model.ts", import.meta.url));

test("definitions with sums that keep their axes, loops and tables", async () => {
  const { names, count } = await lostIn(await modelsIn(own));
  expect(names).toEqual([]);
  expect(count).toBeGreaterThan(30);
});

/** Lines of pages by the names of their definitions. */
const lines: readonly [string, readonly string[]][] = [
  ["length", ["n = norm_j(h)", "out = h/n"]],
  [
    "capsule",
    ["s = reshape(x·W_s + b_s, [batch, 3, 4])", "n2 = Σ_k s²", "caps = (n2 / (n2 + 1))[i,j] ⊙ (s / √(n2 + 0.000001)[i,j])", "out = Σ_k caps"],
  ],
  ["moments", ["mu = mean_j(h)", "v = mean_j((h − mu)²)", "out = (h − mu) / √(v + 0.00001)"]],
  ["both", ["r = norm_j(x)", "c = norm_batch(x)", "out = (x / (c[j] ⊙ r[i]))·W_out + b_out"]],
  ["column", ["pair = reshape(Σ_j z_pair², [batch, 1])"]],
  ["decoder", ["last = at_j=3(encoded_output)", "decoded_h_0 = last", "δ_in_cell_t = δ_cell_t·W_cellᵀ"]],
  ["padded", ["δ_e = 2·(δ_out·W_outᵀ) ⊙ e", "∂loss/∂W_e = scatter(δ_e ⊙ [tokens[i,j] ≠ 0], tokens)"]],
  ["signs", ["force = −(cos(h) + sin(h))", "speed = h − force", "gap = cos(h) − h", "back = −gap", "inverse = 1 / (h² + 1)"]],
  ["onlyPredicted", ["force = −(cos(h) + sin(h))", "speed = h − force", "row = reshape(speed, [batch, 1, 3])", "out = tanh(row)"]],
  ["biases", ["bu = reshape(gather(W_bu, user), [batch])", "guess = bu + bi + mu", "∂loss/∂mu = Σ_batch δ_guess"]],
  ["triple", ["ea = embed_1_1·W_embed_2 + b_embed_2", "near = Σ_j (ea − ep)²", "far = Σ_j (ea − en)²", "δ_ep = −2/batch·(ea − ep) ⊙ [slack > 0]"]],
  ["best", ["idx = best_indices", "out = best_values"]],
  ["oneStep", ["rec_output = permute_1,0,2(rec_h)", "out = rec_output·W_out + b_out"]],
  [
    "directions",
    [
      "g_h_l0r_t = (1 − g_z_l0r_t) ⊙ g_n_l0r_t + g_z_l0r_t ⊙ g_h_l0r_{t+1}",
      "ε_l0r_t = δ_g_h_l0r_t ⊙ g_z_l0r_t + δ_g_U_l0r_t·U_l0r_gᵀ",
      "δ_g_U_l0_t = concat(δ_g_r_l0_t, δ_g_z_l0_t, δ_g_n_l0_t ⊙ g_r_l0_t)",
      "δ_g_l0_t = concat(δ_g_r_l0_t, δ_g_z_l0_t, δ_g_n_l0_t)",
    ],
  ],
  [
    "memory",
    [
      "δ_rec_h_t = ε_h_{t+1} + (out − y) / (batch·4)",
      "δ_rec_c_t = ε_c_{t+1} + δ_rec_h_t ⊙ rec_o_t ⊙ (1 − tanh(rec_c_t)²)",
      "δ_rec_g_t = δ_rec_c_t ⊙ rec_i_t ⊙ (1 − rec_g_t²)",
    ],
  ],
];

test.each(lines)("%s", async (name, wanted) => {
  const source = (await modelsIn(own)).find((each) => each.name === name) as Model;
  const page = pageOf(partsToRead(readable((await openDefinition(source)).program)));
  expect(writePage(page, "text", (words) => words).split("\n")).toEqual(expect.arrayContaining([...wanted]));
});
