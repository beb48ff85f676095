// `docs/lints.md`: every code, what it is about, and a definition that is warned about. `npm run golden` writes it.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadDefinition } from "../../../compiler/frontend/load.ts";
import { kinds as training } from "../../../src/cli/train/lints/index.ts";
import { compile } from "../../../src/compile.ts";
import { importable } from "../../../src/definition-file.ts";
import { kinds as compiling } from "../../../src/lints/index.ts";
import type { Described } from "../../../src/lints/lint.ts";
import type { Model } from "../../../src/model.ts";
import { host } from "../../../src/node/host.ts";
import { at } from "../../../src/scope.ts";

/** Lines of a body that is warned about, and its inputs. */
type Case = readonly [body: readonly string[], inputs?: string];

const mse = "return { outputs: { out }, loss: losses.mse(out, y) };";
const entropy = "return { outputs: { out }, loss: losses.crossEntropy(out, k) };";
const [rows, classes] = ['x: f32("batch", 4), y: f32("batch", 1)', 'x: f32("batch", 4), k: i32("batch")'];

const cases: Readonly<Record<string, Case>> = {
  "unused-input": [["const out = nn.linear(x, 1);", mse], `${rows}, weight: f32("batch", 1)`],
  "parameter-without-gradient": [["const gate = nn.sign(nn.linear(x, 1));", "const out = ops.mul(gate, nn.linear(x, 1));", mse]],
  "dead-parameter": [
    ["const out = nn.linear(x, 1);", "const aside = nn.linear(x, 2);", "return { outputs: { out, aside }, loss: losses.mse(out, y) };"],
  ],
  overflow: [["const squash = elementwise((v) => 1 / Math.cosh(v) ** 2);", "const out = squash(nn.linear(x, 1));", mse]],
  "unguarded-choice": [["const logs = nn.linear(ops.log(x), 1);", "const out = ops.where(known, logs, 0);", mse], `${rows}, known: i32("batch", 1)`],
  "softmax-before-cross-entropy": [["const out = nn.softmax(nn.linear(x, 3));", entropy], classes],
  "logits-as-probabilities": [["const out = nn.linear(x, 1);", "return { outputs: { out }, loss: losses.bce(out, y) };"]],
  "probabilities-as-logarithms": [["const out = nn.softmax(nn.linear(x, 3));", "return { outputs: { out }, loss: losses.nll(out, k) };"], classes],
  "activation-after-logits": [["const out = nn.relu(nn.linear(x, 3));", entropy], classes],
  "squared-error-of-classes": [
    ["const out = nn.softmax(nn.linear(x, 3));", "return { outputs: { out }, loss: losses.mse(out, ops.oneHot(k, 3)) };"],
    classes,
  ],
  "dropout-after-last-layer": [["const out = nn.dropout(nn.linear(x, 1), 0.5);", mse]],
  "norm-after-last-layer": [["const out = nn.batchNorm1d(nn.linear(x, 1, { bias: false }));", mse]],
  "two-linear-layers": [["const hidden = nn.linear(x, 8);", "const out = nn.linear(hidden, 1);", mse]],
  "bias-before-norm": [["const hidden = nn.relu(nn.batchNorm1d(nn.linear(x, 8)));", "const out = nn.linear(hidden, 1);", mse]],
  "loss-mixes-rows": [
    ["const out = nn.linear(x, 1);", "return { outputs: { out }, loss: ops.mean(ops.square(ops.sub(out, y))) };"],
    'x: f32("batch", 4), y: f32("batch")',
  ],
  "channels-last": [
    ["const maps = nn.conv2d(x, 8, 3);", "const out = nn.linear(nn.flatten(nn.relu(maps)), 3);", entropy],
    'x: f32("batch", 28, 28, 3), k: i32("batch")',
  ],
  "guarded-index": [
    [
      "const table = parameter([10, 2]);",
      'const place = ops.cast(ops.floor(ops.sum(x, { dim: 1 })), "i32");',
      "const out = nn.linear(ops.gather(table, place), 1);",
      mse,
    ],
  ],
};

const folder = mkdtempSync(join(tmpdir(), "gradc-lints-"));
const warned = new Map<string, readonly string[]>();

const imports = 'import { elementwise, f32, i32, losses, model, nn, ops, parameter } from "gradc";';

function definitionOf([body, inputs = rows]: Case): string {
  const names = inputs.match(/\w+(?=:)/g)?.join(", ");
  return [imports, `export default model("net", { ${inputs} }, ({ ${names} }) => {`, ...body.map((line) => `  ${line}`), "});\n"].join("\n");
}

/** Each definition in a folder of its own, all of them read at once. */
beforeAll(async () => {
  const codes = Object.keys(cases);
  for (const code of codes) {
    mkdirSync(join(folder, code));
    writeFileSync(join(folder, code, "net.model.ts"), definitionOf(cases[code] as Case));
  }
  const all = join(folder, "all.ts");
  writeFileSync(all, codes.map((code, number) => `export { default as net${number} } from "./${code}/net.model.ts";\n`).join(""));
  const { exports } = await loadDefinition(all, host, { modules: importable, at });
  for (const [number, code] of codes.entries()) warned.set(code, (await compile(exports[`net${number}`] as Model)).warnings);
});
afterAll(() => rmSync(folder, { recursive: true }));

const others = { "no-step": "a command alone compiles without it" };

test("every code of a compilation has a case, and is what is warned about there", () => {
  expect(
    compiling
      .map(({ code }) => code)
      .filter((code) => !(code in others))
      .sort(),
  ).toEqual(Object.keys(cases).sort());
  for (const [code, warnings] of warned) {
    expect(warnings).toEqual([expect.stringMatching(new RegExp(`\\n  allow: ${code}$`))]);
  }
});

test("codes are words in small letters, and no two are one", () => {
  const codes = [...compiling, ...training].map(({ code }) => code);
  expect(codes.filter((code) => !/^[a-z]+(-[a-z]+)*$/.test(code))).toEqual([]);
  expect(new Set(codes).size).toBe(codes.length);
});

const block = (language: string, text: string): string => `\`\`\`${language}\n${text}\n\`\`\``;

function entryOf({ code, about }: Described): string {
  const warnings = warned.get(code);
  if (!warnings) return `### ${code}\n\n${about}`;
  const shown = warnings.map((warning) => `warning: ${warning.replaceAll(`${code}/`, "")}`).join("\n");
  const [body, inputs = rows] = cases[code] as Case;
  return [`### ${code}`, about, block("ts", [`// ${inputs}`, ...body].join("\n")), block("text", shown)].join("\n\n");
}

test("docs/lints.md holds them all", async () => {
  const head = [
    "Warnings are about what works and is most likely a slip. A lint looks at the graph: a net is judged alike whether it is written with layers, with `ops` or by a helper.",
    'Each warning ends with its code. `compile(model, { allow: ["two-linear-layers"] })`, and `gradc train`, `build`, `inspect` and `check` with `--allow CODE,..` leave out those that are meant.',
    "`npm run golden` writes this page.",
  ];
  const byCode = (list: readonly Described[]) => [...list].sort((a, b) => (a.code < b.code ? -1 : 1));
  const section = (title: string, list: readonly Described[]) => [`## ${title}`, ...byCode(list).map(entryOf)];
  const sections = [
    ...section("What a definition is warned about", compiling),
    ...section("What `gradc train` says of a table and of a training", training),
  ];
  await expect(`${["# Warnings", head.join("\n"), ...sections].join("\n\n")}\n`).toMatchFileSnapshot("../../../docs/lints.md");
});
