// The package as it is installed: packed, unpacked in an empty folder beside its dependencies, and used from there.
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
const run = promisify(execFile);

let folder: string;
const inFolder = (file: string, ...args: readonly string[]) => run(file, args, { cwd: folder });

/** Installs as npm does, without the network: the packed files, what `dependencies` names, and the command. */
async function install(): Promise<void> {
  const modules = join(folder, "node_modules");
  await mkdir(join(modules, ".bin"), { recursive: true });
  // Packing builds.
  await run("npm", ["pack", "--pack-destination", folder], { cwd: root });
  await run("tar", ["-xzf", "gradc-0.1.0.tgz"], { cwd: folder });
  await cp(join(folder, "package"), join(modules, "gradc"), { recursive: true });
  const { dependencies } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as { dependencies: Record<string, string> };
  for (const name of Object.keys(dependencies)) await symlink(join(root, "node_modules", name), join(modules, name), "dir");
  await symlink("../gradc/bin/gradc.js", join(modules, ".bin/gradc"));
}

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "gradc-")));
  await install();
  await writeFile(join(folder, "package.json"), JSON.stringify({ name: "consumer", private: true, type: "module" }));
  await cp(join(root, "examples/housing/housing.model.ts"), join(folder, "housing.model.ts"));
  await cp(join(root, "test/package/consumer.ts"), join(folder, "consumer.ts"));
  await inFolder("npx", "--no-install", "gradc", "build", "housing.model.ts");
}, 120_000);
afterAll(() => rm(folder, { recursive: true }));

describe("the installed package", () => {
  test("holds what runs and its documents, no source and no test", async () => {
    expect((await readdir(join(folder, "package"))).sort()).toEqual(["LICENSE", "README.md", "bin", "dist", "package.json"]);
    const files = await readdir(join(folder, "package"), { recursive: true });
    expect(files.filter((file) => /\.test\.|(?<!\.d)\.ts$/.test(file))).toEqual([]);
  });

  test("builds a definition", async () => {
    expect((await readdir(join(folder, "out"))).sort()).toEqual(["housing.d.ts", "housing.js", "housing.wasm"]);
  });

  test("checks the types of a definition", async () => {
    await writeFile(join(folder, "wrong.model.ts"), 'import { f32 } from "gradc";\nexport default f32("batch", "12");\n');
    const { stderr } = await inFolder("npx", "--no-install", "gradc", "build", "wrong.model.ts").catch((error: { stderr: string }) => error);
    expect(stderr).toContain("wrong.model.ts:2:");
  });

  test("can be required", async () => {
    const script =
      'const [a, b, c] = ["gradc", "gradc/compiler", "gradc/runtime"].map((name) => require(name).GradcError); console.log(a === b && b === c);';
    expect((await inFolder(process.execPath, "--input-type=commonjs", "--eval", script)).stdout.trim()).toBe("true");
  });

  test("gives pages a runtime of files that import each other by relative paths, which needs no map and no bundler", async () => {
    const page = new URL("dist/runtime/index.js", pathToFileURL(join(folder, "package/")));
    const seen = new Set<string>();
    const visit = async (url: URL): Promise<void> => {
      if (seen.has(url.href)) return;
      seen.add(url.href);
      for (const [, specifier = ""] of (await readFile(url, "utf8")).matchAll(/^(?:import|export).* from "(.*)";$/gm)) {
        expect(specifier, url.href).toMatch(/^\.{1,2}\//);
        await visit(new URL(specifier, url));
      }
    };
    await visit(page);
    expect(seen.size).toBeGreaterThan(15);
    expect([...seen].filter((href) => href.includes(".node."))).toEqual([]);
  });

  test("reads files in Node", async () => {
    const script = 'import { load } from "gradc/runtime"; console.log((await load("out/housing.wasm")).manifest.name);';
    expect((await inFolder(process.execPath, "--input-type=module", "--eval", script)).stdout.trim()).toBe("housing");
  });

  test("is written as modules without top-level await", async () => {
    for (const file of await readdir(join(folder, "package/dist"), { recursive: true })) {
      if (!file.endsWith(".js")) continue;
      expect(await readFile(join(folder, "package/dist", file), "utf8"), file).not.toMatch(/^(?:const .* = )?await /m);
    }
  });
});

const typescripts = { newest: "typescript", "5.4": "typescript-5.4" };
const resolutions = { node16: "node16", bundler: "esnext" };
const kinds = Object.entries(typescripts).flatMap(([version, name]) =>
  Object.entries(resolutions).map(([moduleResolution, module]) => ({ version, name, moduleResolution, module })),
);

/** What the compiler called `name` says of the program. */
async function typeErrors(name: string, options: object): Promise<string> {
  const compiler = join(dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)), "bin/tsc");
  const compilerOptions = { strict: true, exactOptionalPropertyTypes: true, target: "es2022", outDir: ".", ...options };
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["consumer.ts"] }));
  return (await inFolder(process.execPath, compiler, "--project", ".").catch((error: { stdout: string }) => error)).stdout;
}

describe("a program in TypeScript", () => {
  test.each(kinds)("has no error under TypeScript $version with module resolution $moduleResolution", async (kind) => {
    const { name, module, moduleResolution } = kind;
    expect(await typeErrors(name, { module, moduleResolution, types: [] })).toBe("");
  });

  test("has no error where there are the types of Node alone", async () => {
    const typeRoots = [join(root, "node_modules/@types")];
    expect(await typeErrors("typescript", { module: "node16", moduleResolution: "node16", lib: ["es2022"], types: ["node"], typeRoots })).toBe("");
  });

  test("runs", async () => {
    const { stdout } = await inFolder(process.execPath, "consumer.js");
    expect(JSON.parse(stdout)).toEqual({
      epochs: 2,
      price: 1,
      names: ["price", "loss"],
      loss: true,
      read: 60,
      file: "file:housing",
      packed: true,
      error: "code",
    });
  });
}, 60_000);
