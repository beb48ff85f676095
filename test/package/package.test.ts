// The package as it is installed: packed, unpacked in an empty folder beside its dependencies, and used from there.
import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, stat, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { build as esbuild } from "esbuild";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchChromium } from "../browser/chromium.ts";
import { type Site, serve } from "../browser/server.ts";
import { type Outcome, page, pageScript, trainScript } from "./app.ts";
import { answersOf, bundlers } from "./bundlers.ts";
import { installGradc, installRuntime, makeProject, root, run } from "./install.ts";

/** A project with gradc and the built model, and one elsewhere with the standalone model and nothing else. */
let folder: string;
let alone: string;
/** What training gives with gradc installed. */
let expected: Outcome;
const inFolder = (file: string, ...args: readonly string[]) => run(file, args, { cwd: folder });
const gradc = (...args: readonly string[]) => inFolder(process.execPath, "node_modules/gradc/bin/gradc.js", ...args);

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "gradc-")));
  // Packing builds.
  await run(process.execPath, [join(root, "scripts/pack.js"), folder]);
  await installGradc(folder, folder);
  await makeProject(folder, { name: "consumer", type: "module" });
  await cp(join(root, "examples/housing/housing.model.ts"), join(folder, "housing.model.ts"));
  await cp(join(root, "test/package/consumer.ts"), join(folder, "consumer.ts"));
  alone = await elsewhere();
  await cp(join(root, "test/package/standalone.ts"), join(alone, "main.ts"));
  const build = ["build", "housing.model.ts", "--profile", "fast"];
  await Promise.all([inFolder("node_modules/.bin/gradc", ...build), gradc(...build, "--standalone", "-o", alone)]);
  await cp(join(folder, "out"), join(folder, "app"), { recursive: true });
  expected = await outcomeInNode(join(folder, "app"));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await rm(alone, { recursive: true });
});

/** A project outside of the folder that gradc is installed in. */
async function elsewhere(): Promise<string> {
  const at = await realpath(await mkdtemp(join(tmpdir(), "gradc-ships-")));
  await makeProject(at, { type: "module" });
  return at;
}

/** What training gives in a process of its own, with the bindings in a folder. */
async function outcomeInNode(at: string): Promise<Outcome> {
  await writeFile(join(at, "train.js"), trainScript("housing.js"));
  await writeFile(join(at, "main.mjs"), 'import("./train.js").then(({ train }) => train()).then((outcome) => console.log(JSON.stringify(outcome)));');
  return JSON.parse((await run(process.execPath, [join(at, "main.mjs")])).stdout);
}

describe("the installed package", () => {
  test("holds what runs and its documents, no source, no test and no script of its own", async () => {
    const installed = join(folder, "node_modules/gradc");
    expect((await readdir(installed)).sort()).toEqual(["LICENSE", "README.md", "bin", "dist", "docs", "package.json"]);
    const files = await readdir(installed, { recursive: true });
    expect(files.filter((file) => /\.test\.|(?<!\.d)\.ts$/.test(file))).toEqual([]);
    const manifest = JSON.parse(await readFile(join(installed, "package.json"), "utf8"));
    expect(Object.keys(manifest).filter((key) => key === "scripts" || key === "devDependencies")).toEqual([]);
  });

  test("builds a definition", async () => {
    expect((await readdir(join(folder, "out"))).sort()).toEqual(["housing.d.ts", "housing.fast.wasm", "housing.js", "housing.wasm"]);
  });

  test("checks the types of a definition", async () => {
    await writeFile(join(folder, "wrong.model.ts"), 'import { f32 } from "gradc";\nexport default f32("batch", "12");\n');
    const { stderr } = await gradc("build", "wrong.model.ts").catch((error: { stderr: string }) => error);
    expect(stderr).toContain("wrong.model.ts:2:");
  });

  test("bundles for a page with the compiler, in which nothing is Node's but a part of binaryen that is never reached", async () => {
    const contents = 'export * from "gradc"; export { compile } from "gradc/compiler";';
    const stdin = { contents, resolveDir: folder };
    const { metafile } = await esbuild({ stdin, bundle: true, format: "esm", external: ["node:module"], write: false, metafile: true });
    const importing = Object.entries(metafile.inputs).filter(([, { imports }]) => imports.some(({ path }) => path.startsWith("node:")));
    expect(importing.map(([path]) => path.replace(/.*node_modules\//, ""))).toEqual(["binaryen/index.js"]);
  });

  test("can be required", async () => {
    const script =
      'const [a, ...others] = ["gradc", "gradc/compiler", "gradc/runtime", "gradc/data", "gradc/checkpoint", "gradc/tensorboard"].map((name) => require(name).GradcError); console.log(others.every((each) => each === a));';
    expect((await inFolder(process.execPath, "--input-type=commonjs", "--eval", script)).stdout.trim()).toBe("true");
  });

  test("gives pages a runtime of files that import each other by relative paths, which needs no map and no bundler", async () => {
    const page = new URL("dist/runtime/index.js", pathToFileURL(join(folder, "node_modules/gradc/")));
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
    const built = join(folder, "node_modules/gradc/dist");
    for (const file of await readdir(built, { recursive: true })) {
      if (!file.endsWith(".js")) continue;
      expect(await readFile(join(built, file), "utf8"), file).not.toMatch(/^(?:const .* = )?await /m);
    }
  });
});

const typescripts = { newest: "typescript", "5.4": "typescript-5.4" };
const kinds = [
  { version: "newest", moduleResolution: "node16", module: "node16" },
  { version: "newest", moduleResolution: "bundler", module: "esnext" },
  { version: "5.4", moduleResolution: "node16", module: "node16" },
] as const;

/** What the compiler called `name` says of the two programs, that with gradc and that with no package. */
async function typeErrors(name: string, options: object, files = ["consumer.ts", join(alone, "main.ts")]): Promise<string> {
  const compiler = join(dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)), "bin/tsc");
  // The declarations of the packages are checked, those of the language are not.
  const compilerOptions = { strict: true, exactOptionalPropertyTypes: true, skipDefaultLibCheck: true, target: "es2022", ...options };
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files }));
  return (await inFolder(process.execPath, compiler).catch((error: { stdout: string }) => error)).stdout;
}

describe("programs in TypeScript", () => {
  test.each(kinds)("have no error under TypeScript $version with module resolution $moduleResolution", async (kind) => {
    const { version, module, moduleResolution } = kind;
    expect(await typeErrors(typescripts[version], { module, moduleResolution, types: [] })).toBe("");
  });

  // With those of a page the programs above use them.
  test.each(Object.values(typescripts))("may use the declarations of a model under %s where there is neither a page nor Node", async (name) => {
    const options = { module: "node16", moduleResolution: "node16", types: [], lib: ["es2022"] };
    expect(await typeErrors(name, options, ["out/housing.d.ts", join(alone, "housing.d.ts")])).toBe("");
  });

  test("have no error where there are the types of Node alone", async () => {
    const typeRoots = [join(root, "node_modules/@types")];
    expect(await typeErrors("typescript", { module: "node16", moduleResolution: "node16", lib: ["es2022"], types: ["node"], typeRoots })).toBe("");
  });

  test("run", async () => {
    const { stdout } = await inFolder(process.execPath, "consumer.js");
    expect(JSON.parse(stdout)).toEqual({
      epochs: 2,
      price: 1,
      names: ["price", "loss"],
      labels: ["arabica"],
      loss: true,
      read: 60,
      file: "file:housing",
      packed: true,
      error: "code",
    });
    expect((await run(process.execPath, [join(alone, "main.js")])).stdout).toBe("2 2 a\n");
  });
});

describe("whoever ships a model", () => {
  test("installs the runtime alone, and the files import it", async () => {
    const at = await elsewhere();
    await installRuntime(folder, at);
    await gradc("build", "housing.model.ts", "-o", at);
    expect(await outcomeInNode(at)).toMatchObject({ state: expected.state, price: expected.price });
    expect(await readFile(join(at, "housing.d.ts"), "utf8")).toContain('from "gradc-runtime"');
    const installed = join(at, "node_modules/gradc-runtime");
    const files = (await readdir(installed, { recursive: true })).map(async (file) => (await stat(join(installed, file))).size);
    expect((await Promise.all(files)).reduce((sum, size) => sum + size, 0)).toBeLessThan(138_000);
    expect(JSON.parse(await readFile(join(installed, "package.json"), "utf8"))).not.toHaveProperty("dependencies");
    await rm(at, { recursive: true });
  });

  test("may install the runtime by the name of gradc", async () => {
    const at = await elsewhere();
    await installRuntime(folder, at, "gradc");
    for (const name of ["housing.js", "housing.wasm", "housing.fast.wasm"]) await cp(join(folder, "out", name), join(at, name));
    expect(await outcomeInNode(at)).toMatchObject({ state: expected.state, price: expected.price });
    await rm(at, { recursive: true });
  });

  test("needs no package with --standalone", async () => {
    expect(await outcomeInNode(alone)).toEqual(expected);
  });
});

describe("a page made with", () => {
  let browser: Browser;
  let tab: Page;
  let site: Site;
  const pages = () => Object.keys(bundlers).map((name) => [name, join(folder, "pages", name)] as const);

  /** Copies of one project, one for each bundler, and the built pages. */
  async function build(): Promise<Record<string, { readonly body: string | Uint8Array }>> {
    await writeFile(join(folder, "app/page.js"), pageScript);
    const answers = pages().map(async ([name, output]) => {
      await mkdir(output, { recursive: true });
      await bundlers[name]?.(join(folder, "app"), output);
      return answersOf(output, `/${name}`);
    });
    return Object.assign({}, ...(await Promise.all(answers)));
  }

  beforeAll(async () => {
    const answers = await build();
    [browser, site] = await Promise.all([launchChromium(), serve({ ...answers, ...(await withNothing()) })]);
    tab = await browser.newPage();
  });
  afterAll(async () => {
    await browser?.close();
    site?.close();
  });

  /** A page without a bundler: the standalone script. */
  async function withNothing() {
    await writeFile(join(alone, "page.js"), pageScript);
    await writeFile(join(alone, "index.html"), page("./page.js"));
    return answersOf(alone, "/nothing");
  }

  test.each([...Object.keys(bundlers), "nothing"])("%s trains to the bits of Node, and takes the fast module by itself", async (name) => {
    await tab.goto(`${site.url}/${name}/index.html`);
    expect(await tab.evaluate("outcome")).toEqual({ ...expected, profile: "fast" });
  });
});
