import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { moduleFiles } from "../../../src/cli/module-files.ts";
import { type Built, compile } from "../../../src/compile.ts";
import { f32, model, ops } from "../../../src/index.ts";

let folder: string;
let built: Built;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gradc-files-"));
  built = await compile(model("twice", { x: f32("batch") }, ({ x }) => ({ outputs: { y: ops.mul(x, 2) } })));
});
afterAll(() => rm(folder, { recursive: true }));

/** The names of the files, in a folder of a project with this package.json, and what the script imports. */
async function filesIn(project: string, settings?: string, installed?: string): Promise<{ readonly names: string[]; readonly imports: string }> {
  const at = join(folder, project);
  await mkdir(at);
  if (settings !== undefined) await writeFile(join(at, "package.json"), settings);
  if (installed !== undefined) {
    await mkdir(join(at, "node_modules", installed), { recursive: true });
    await writeFile(join(at, "node_modules", installed, "package.json"), "{}");
  }
  const files = await moduleFiles(built, join(at, "not", "there", "yet"));
  const script = String(files["twice.js"] ?? files["twice.mjs"]);
  return { names: Object.keys(files), imports: /from "([^"]*)"/.exec(script)?.[1] ?? "" };
}

const modules = ["twice.wasm", "twice.js", "twice.d.ts"];

test.each<[string, string | undefined, string[]]>([
  ["says commonjs", '{ "type": "commonjs" }', ["twice.wasm", "twice.mjs", "twice.d.mts"]],
  ["says module", '{ "type": "module" }', modules],
  // Node sees that the script is a module.
  ["says nothing", "{}", modules],
  ["is not there", undefined, modules],
  ["cannot be read", "{", modules],
])("where package.json %s, files end as they must", async (project, settings, names) => {
  expect((await filesIn(project, settings)).names).toEqual(names);
});

test("the script imports the runtime's own package where that is installed", async () => {
  expect((await filesIn("own", "{}", "gradc-runtime")).imports).toBe("gradc-runtime");
  expect((await filesIn("whole", "{}")).imports).toBe("gradc/runtime");
});

test("the module of the profile fast lies beside the other", async () => {
  const files = await moduleFiles({ ...built, fast: built.wasm }, folder);
  expect(Object.keys(files)).toEqual(["twice.wasm", "twice.fast.wasm", "twice.js", "twice.d.ts"]);
  expect(files["twice.js"]).toContain('new URL("./twice.fast.wasm", import.meta.url)');
});
