import { existsSync } from "node:fs";
import { readdir, writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { load } from "../../../runtime/index.ts";
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
  expect(manifest).toMatchObject({ optimizer: "sgd", capacity: { batch: 5 } });
  expect([...parameters].filter(([, { trainable }]) => trainable).map(([name]) => name.split(".").at(-1))).toEqual(["weight", "weight"]);
  expect((await command("inspect", at("b", "flower.wasm"))).notes).toContain("--strip");
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

test("a folder that cannot be written is an error that names the file", async () => {
  await writeFile(at("file"), "");
  const { code, notes } = await command("build", definition(), "-o", at("file", "out"));
  expect(code).toBe(1);
  expect(notes).toContain(`Cannot write "${at("file", "out", "flower.wasm")}": a part of its path is a file`);
});

test.runIf(existsSync("/proc"))("where folders cannot be made, it ends", async () => {
  expect((await command("build", definition(), "-o", "/proc/nope/out")).notes).toContain('Cannot write "/proc/nope/out/flower.wasm"');
});
