// Documents show what the tool gives: each block after `<!-- shows: NAME -->` is rebuilt here, and each after `<!-- runs: NAME -->` is run.
// `npm run golden` writes the documents.
import { access, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { differentiate } from "../compiler/calculus/differentiate.ts";
import { pageOf } from "../compiler/describe/page.ts";
import { writePage } from "../compiler/formula/page.ts";
import { type Build, build, readable } from "../compiler/index.ts";
import type { Program } from "../compiler/ir/entry.ts";
import type { Node } from "../compiler/ir/node.ts";
import { print } from "../compiler/ir/print.ts";
import { reportKernels } from "../compiler/kernel/report.ts";
import { load, pack } from "../runtime/index.node.ts";
import { bindings, compile } from "../src/compile.ts";
import { declareSource } from "../src/definition-file.ts";
import { partsToRead } from "../src/described.ts";
import { program } from "../src/entries.ts";
import { optim } from "../src/index.ts";
import { purposeOf } from "../src/purpose.ts";

const here = (path: string) => new URL(path, import.meta.url);
const definition = here("../examples/housing/housing.model.ts");
const options = { batch: 64, optimizer: optim.sgd({ lr: 0.01 }) };
const documents = ["README.md", "docs/architecture.md"];

/** The files that a build leaves, as `npm start` writes them but not trained. */
async function filesOf(): Promise<Record<string, string | Uint8Array>> {
  const built = await compile(definition, { ...options, batch: 32 });
  const state = (await load(built)).state();
  const { js, dts } = await bindings(built.manifest);
  return {
    "housing.wasm": built.wasm,
    "housing.js": js,
    "housing.d.ts": dts,
    "housing.safetensors": state,
    "housing.trained.wasm": pack(built.wasm, state),
  };
}

const purposes: Readonly<Record<string, string>> = {
  "housing.wasm": "the module: forward, backward, update",
  "housing.js": "loads it",
  "housing.d.ts": "its types",
  "housing.safetensors": "weights and optimizer state",
  "housing.trained.wasm": "module and weights in one file",
};

const sizes = (files: Readonly<Record<string, string | Uint8Array>>): string =>
  Object.entries(files)
    .map(([name, content]) => `${name.padEnd(22)}${String(content.length).padStart(7)} bytes   ${purposes[name]}`)
    .join("\n");

const resultOf = (whole: Program, entry: string, name: string): Node =>
  whole.entries.find((each) => each.name === entry)?.results.find((result) => result.name === name)?.node as Node;

const kernelsOf = (built: Build, entry: string): string =>
  reportKernels({ ...built, plans: built.plans.filter(({ name }) => name === entry), capacity: built.program.capacity }).join("\n\n");

function memoryOf({ memory, layout }: Build): string {
  const slots = [...memory.offsets].sort(([, a], [, b]) => a - b);
  const rows = slots.map(([buffer, offset]) => {
    const type = `${buffer.dtype}[${buffer.shape.join(", ")}]`;
    return `${String(offset).padStart(6)}  ${buffer.kind.padEnd(9)}  ${type.padEnd(14)}  strides [${(layout.get(buffer) ?? []).join(", ")}]  ${buffer.name}`;
  });
  return [...rows, `${String(memory.bytes).padStart(6)}  bytes in all`].join("\n");
}

const functionOf = (wat: string, name: string): string =>
  wat.match(new RegExp(`\\n( *\\(func \\$${name.replace(/\./g, "\\.")} [\\s\\S]*?)\\n(?= *\\(func )`))?.[1] ?? "";

/** The content of every block that documents show. */
async function contents(): Promise<Record<string, string>> {
  const declared = await declareSource(definition);
  const { loss } = declared;
  const [weight] = [...declared.graph.declarations].find(([, { name }]) => name === "hidden.weight") ?? [];
  const raw = print(differentiate(loss as Node, [weight as Node]));
  const graph = print([loss as Node]);
  const whole = program(declared, options);
  const built = await build(whole, { purpose: { ...purposeOf(declared, whole, options), profile: "exact" } });
  const { formulas } = await compile(definition, options);
  return {
    definition: (await readFile(definition, "utf8")).trim(),
    graph,
    gradient: raw,
    simplified: print([resultOf(built.program, "gradients", "hidden.weight")]),
    formulas: writePage(pageOf({ ...partsToRead(readable(whole)), updates: new Map() }), "text", (title) => title),
    updates: Object.values(formulas.updates).join("\n"),
    kernels: kernelsOf(built, "step"),
    memory: memoryOf(built),
    wat: functionOf(built.wat(), "step.div"),
    files: sizes(await filesOf()),
  };
}

const shownBlock = /(<!-- shows: (\w+) -->\n```\w+\n)[\s\S]*?(```)/g;

const shown = await contents();

test.each(documents)("%s shows what the tool gives", async (path) => {
  const text = await readFile(here(`../${path}`), "utf8");
  const fresh = text.replace(shownBlock, (_, head: string, name: string, tail: string) => {
    expect(shown[name], `the block "${name}"`).toBeTruthy();
    return `${head}${shown[name]}\n${tail}`;
  });
  await expect(fresh).toMatchFileSnapshot(`../${path}`);
});

const folder = here("out/docs/");

beforeAll(async () => {
  await mkdir(folder, { recursive: true });
  for (const [name, content] of Object.entries(await filesOf())) await writeFile(new URL(name, folder), content);
});
afterAll(() => rm(folder, { recursive: true }));

test.each([
  ["page", "js", 2],
  ["program", "ts", 2],
])("the README's %s runs", async (name, language, printed) => {
  const text = await readFile(here("../README.md"), "utf8");
  const source = text.match(new RegExp(`<!-- runs: ${name} -->\\n\`\`\`${language}\\n([\\s\\S]*?)\`\`\``))?.[1];
  const file = new URL(`${name}.${language}`, folder);
  await writeFile(file, source ?? "");
  const log = vi.spyOn(console, "log").mockReturnValue(undefined);
  await import(/* @vite-ignore */ fileURLToPath(file));
  expect(log).toHaveBeenCalledTimes(printed);
  for (const [value] of log.mock.calls) expect(value).toBeDefined();
  expect(Number.isNaN(log.mock.calls.at(-1)?.[0])).toBe(false);
  log.mockRestore();
});

test("the commands of the documents are those of the package", async () => {
  const { scripts } = JSON.parse(await readFile(here("../package.json"), "utf8")) as { scripts: Record<string, string> };
  for (const path of [...documents, "CONTRIBUTING.md", "docs/testing.md", "docs/hosts.md", "docs/recipes.md"]) {
    const text = await readFile(here(`../${path}`), "utf8");
    for (const [script] of text.matchAll(/\bscripts\/[\w/-]+\.[jt]s/g)) await access(here(`../${script}`));
    for (const [, name = ""] of text.matchAll(/npm run (\w+)/g)) expect(scripts).toHaveProperty(name);
    for (const [, name = ""] of text.matchAll(/npm (start|test)/g)) expect(scripts).toHaveProperty(name);
  }
});
