import { existsSync } from "node:fs";
import { readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { expect, test } from "vitest";
import { load } from "../../../runtime/index.node.ts";
import { compile } from "../../../src/compile.ts";
import { command } from "../../support/command.ts";
import { flowerFolder } from "./flowers.ts";

const { at, definition } = flowerFolder();

test("leaves module, JavaScript and types in out/ beside the model, and nothing else", async () => {
  const { code, out } = await command("build", definition());
  expect(code).toBe(0);
  expect((await readdir(at("out"))).sort()).toEqual(["flower.d.ts", "flower.js", "flower.wasm"]);
  expect(out).toMatch(/memory +[\d,]+ bytes at run time/);
  expect(out).toMatch(/entry points +step, gradients, predict, evaluate\n/);
  expect(out).toMatch(/optimizer +adam\n/);
  expect((await load(at("out", "flower.wasm"))).manifest.optimizer).toBe("adam");
});

test("options: folder, export, batch, optimizer, frozen parameters, more files", async () => {
  const args = ["--batch", "5", "--optimizer", "sgd", "--freeze", "*.bias", "--strip", "--profile", "fast", "--emit", "wat,formulas,ir"];
  expect((await command("build", definition(), "-o", at("b"), ...args)).code).toBe(0);
  const modules = ["flower.d.ts", "flower.fast.wasm", "flower.formulas.txt", "flower.ir.txt", "flower.js", "flower.wasm", "flower.wat"];
  expect((await readdir(at("b"))).sort()).toEqual(modules);
  const { manifest, parameters } = await load(at("b", "flower.wasm"));
  // The bindings take the modules beside them and no others.
  const [, builds = ""] = /builds: (\[.*\])/.exec(await readFile(at("b", "flower.js"), "utf8")) ?? [];
  expect(JSON.parse(builds)).toHaveLength(2);
  await load(at("b", "flower.wasm"), { builds: JSON.parse(builds) });
  await expect(load(at("out", "flower.wasm"), { builds: JSON.parse(builds) })).rejects.toThrow("The module is of another build than its bindings");
  expect(manifest).toMatchObject({ optimizer: "sgd", capacity: { batch: 5 } });
  expect([...parameters].filter(([, { trainable }]) => trainable).map(([name]) => name.split(".").at(-1))).toEqual(["weight", "weight"]);
  expect((await command("inspect", at("b", "flower.wasm"))).notes).toContain("--strip");
  const namesIn = async (path: string) => WebAssembly.Module.customSections(new WebAssembly.Module(await readFile(path)), "name").length;
  expect([await namesIn(at("b", "flower.wasm")), await namesIn(at("out", "flower.wasm"))]).toEqual([0, 1]);
});

test("a model without a loss is built without an optimizer, unless one is asked for", async () => {
  expect((await command("build", definition(), "--model", "mapping", "-o", at("m"))).code).toBe(0);
  expect((await load(at("m", "mapping.wasm"))).manifest.entries.map(({ name }) => name)).toEqual(["init", "predict"]);
  const refused = await command("build", definition(), "--model", "mapping", "-o", at("n"), "--optimizer", "adam");
  expect(refused).toMatchObject({ code: 1, notes: expect.stringContaining("loss") });
});

test("an index that is computed is warned about, with its place", async () => {
  await writeFile(
    at("lookup.model.ts"),
    `import { f32, model, ops, parameter } from "gradc";
export default model("lookup", { x: f32("batch") }, ({ x }) => {
  const table = parameter([5, 3]);
  const row = ops.gather(table, ops.cast(x, "i32"));
  return { outputs: { row } };
});
`,
  );
  const { code, notes } = await command("build", at("lookup.model.ts"));
  expect(code).toBe(0);
  expect(notes).toContain('the index of "row" is computed: outside [0, 5) it gives NaN\n  at lookup.model.ts:4:15');
});

test("the files that a definition is read from stay as they are", async () => {
  const sources = {
    "main.model.ts":
      'import width from "./width.json";\nimport { net } from "./net.js";\nimport type { Width } from "./types";\nexport default net(width as Width);\n',
    "net.js":
      'import { f32, model, nn } from "gradc";\nexport const net = (width) => model("net", { x: f32("batch", width) }, ({ x }) => ({ outputs: { y: nn.linear(x, 1) } }));\n',
    "width.json": "3",
    "types.d.ts": "export type Width = number;\n",
  };
  for (const [name, content] of Object.entries(sources)) await writeFile(at(name), content);
  const built = await compile(at("main.model.ts"));
  expect(built.sources.map((path) => basename(path)).sort()).toEqual(Object.keys(sources).sort());
  const refused = await command("build", at("main.model.ts"), "-o", at());
  expect(refused).toMatchObject({ code: 1, notes: expect.stringContaining('net.js": it holds the definition') });
  await symlink("net.js", at("net.wasm"));
  expect((await command("build", at("main.model.ts"), "-o", at())).notes).toContain('net.wasm": it holds the definition');
  for (const [name, content] of Object.entries(sources)) expect(await readFile(at(name), "utf8")).toBe(content);
});

test("a folder that cannot be written is an error that names the file", async () => {
  await writeFile(at("file"), "");
  const { code, notes } = await command("build", definition(), "-o", at("file", "out"));
  expect(code).toBe(1);
  expect(notes).toContain(`Cannot write "${at("file", "out", "flower.wasm")}": a part of its path is a file`);
});

test.runIf(existsSync("/proc"))("where folders cannot be made, it ends", async () => {
  expect((await command("build", definition(), "-o", "/proc/nope/out")).notes).toContain('Cannot write "/proc/nope/out/flower.wasm"');
});

test("--time prints how long each pass took, and what all took", async () => {
  const { out } = await command("build", definition(), "-o", at("timed"), "--time");
  expect(out).toMatch(/\n +stabilise +[\d.]+ ms\n +differentiate +[\d.]+ ms\n[\s\S]*\n +emit +[\d.]+ ms\n +all passes +[\d.]+ ms$/);
});
