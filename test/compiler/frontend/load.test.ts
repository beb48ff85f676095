import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import { loadDefinition, pickModel } from "../../../compiler/frontend/load.ts";
import { type AnyFunction, functionSource } from "../../../compiler/frontend/scalar/source.ts";
import { GradcError } from "../../../runtime/error.ts";
import { host } from "../../../src/node/host.ts";
import { parsers } from "../../support/parsers.ts";
import { folderOf, run } from "./definition.ts";

async function failure(loading: Promise<unknown>): Promise<GradcError> {
  const error = await loading.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (error instanceof GradcError) return error;
  throw error ?? new Error("The definition was loaded");
}

const surroundings = { modules: {}, at: (_: unknown, call: () => unknown) => call() };

describe("files", () => {
  test("local files with .ts, .js for .ts, or no extension; JavaScript, JSON, folders; each runs once", async () => {
    const files = {
      "a.ts": "export const a: number = 1; export const runs = { count: 0 };",
      "b.ts": 'import { runs } from "./a"; runs.count += 1; export const b: number = 2;',
      "c.ts": 'import { runs } from "./a.js"; import "./b.ts"; runs.count += 1; export const c = 3;',
      "d.js": "export const d = 4;",
      "deep/index.ts": 'export { a as e } from "../a.ts"; export default 5;',
      "f.json": '{ "f": 6 }',
      "g.mts": "export const g: number = import.meta.url.length > 0 ? 7 : 0;",
    };
    const text = `import { a, runs } from "./a.ts"; import { b } from "./b"; import { c } from "./c.js"; import { d } from "./d.js";
      import five, { e } from "./deep"; import f from "./f.json"; import { g } from "./g.mjs"; export default [a, b, c, d, five, e, f.f, g, runs.count];`;
    expect((await run(text, {}, files)).exports.default).toEqual([1, 2, 3, 4, 5, 1, 6, 7, 2]);
  });

  test("a script with declarations beside it runs as a part of the definition, and what it imports too", async () => {
    const files = {
      "lib/block.js":
        'import { answer } from "toy"; import { two } from "./two"; export const block = () => answer + two; export const own = block();',
      "lib/block.d.ts": "export declare function block(): number; export declare const own: number;",
      "lib/two.mjs": "export const two = Number(2);",
      "lib/two.d.mts": "export declare const two: number;",
    };
    const { exports, sites } = await run('import { block } from "./lib/block.js"; export default block();', { answer: 40 }, files);
    expect(exports.default).toBe(42);
    expect(sites.map(({ position: { file, line } }) => `${file}:${line}`)).toEqual(["lib/two.mjs:1", "lib/block.js:1", "toy.model.ts:1"]);
  });

  test("import cycles, and calls in local files have sites", async () => {
    const files = { "lib/b.ts": 'import { a } from "../toy.model.ts"; export const b = (): number => a(); ' };
    const { exports, sites } = await run('import { b } from "./lib/b.ts"; export const a = () => 9; export default b();', {}, files);
    expect(exports.default).toBe(9);
    expect(sites.map(({ position: { file, line } }) => `${file}:${line}`)).toEqual(["toy.model.ts:1", "lib/b.ts:1"]);
  });

  test("packages of Node, and modules that the host gives", async () => {
    const text =
      'import { join } from "node:path"; import { answer } from "toy"; import * as all from "toy"; export default join("a", String(answer + all.answer));';
    expect((await run(text, { answer: 21 })).exports.default).toBe(join("a", "42"));
  });

  test("URL, console and import.meta of a definition", async () => {
    const { exports } = await run('export default new URL("./data.csv", import.meta.url).href.endsWith("/data.csv");');
    expect(exports.default).toBe(true);
  });

  test.each(["toy.model.js", "toy.model.mts", "toy.model.mjs"])("%s", async (name) => {
    const { exports, sites } = await run("export const one = String(1);", {}, {}, name);
    expect([exports.one, sites.map((site) => site.name)]).toEqual(["1", ["one"]]);
  });

  test("a URL, a file that changes, a file that is not there, one that is no definition", async () => {
    const folder = folderOf({ "a.model.ts": "export default 1;", "a.csv": "1" });
    const path = join(folder, "a.model.ts");
    expect((await loadDefinition(pathToFileURL(path), host, surroundings)).exports.default).toBe(1);
    folderOf({});
    const { writeFileSync } = await import("node:fs");
    writeFileSync(path, "export default 2;");
    expect((await loadDefinition(path, host, surroundings)).exports.default).toBe(2);
    const missing = await failure(loadDefinition(join(folder, "b.model.ts"), host, surroundings));
    expect([missing.code, missing.message]).toEqual(["file-not-found", expect.stringContaining("b.model.ts")]);
    expect((await failure(loadDefinition(folder, host, surroundings))).code).toBe("not-a-definition");
    expect((await failure(loadDefinition(join(folder, "a.csv"), host, surroundings))).code).toBe("not-a-definition");
  });
});

describe("errors of a definition", () => {
  test("syntax", async () => {
    const error = await failure(run("export const a = 1;\nexport const b = ;"));
    expect([error.code, error.at, error.message]).toEqual(["syntax-error", "toy.model.ts:2:18", expect.stringContaining("Expression expected")]);
  });

  test("types, also of local files, at most five", async () => {
    const one = await failure(
      run('import { a } from "./a.ts";\nexport const b: number = a;', {}, { "a.ts": 'export const a: string = "1";\nexport const c: string = 1;' }),
    );
    expect([one.code, one.at]).toEqual(["type-error", "toy.model.ts:2:14"]);
    expect(one.message).toContain("Type 'string' is not assignable to type 'number'");
    expect(one.message).toContain("a.ts:2:14  Type 'number' is not assignable to type 'string'");
    const many = await failure(run(Array.from({ length: 8 }, (_, i) => `export const a${i}: string = ${i};`).join("\n")));
    expect(many.message.match(/is not assignable/g)).toHaveLength(5);
    expect(many.message).toContain("and 3 more");
  });

  test("strictness is the nearest tsconfig's, else strict", async () => {
    const text = "export const f = (x) => x;";
    expect((await failure(run(text))).code).toBe("type-error");
    const loose = { "tsconfig.json": '{ "compilerOptions": { "strict": false } }' };
    expect((await run(text, {}, loose)).exports.f).toBeTypeOf("function");
    const indexed = { "base.json": '{ "compilerOptions": { "noUncheckedIndexedAccess": true } }', "tsconfig.json": '{ "extends": "./base.json" }' };
    expect((await failure(run("export const x: number = [1][0];", {}, indexed))).code).toBe("type-error");
    expect((await run("export const x: number = [1][0];")).exports.x).toBe(1);
  });

  test("what the definition throws, with the place in its source", async () => {
    const text =
      'export const a: number = 1;\ninterface Unused { readonly a: number }\n\nfunction fail(): never {\n  throw new RangeError("too far");\n}\nexport const b = String(fail());';
    const error = await failure(run(text));
    expect([error.code, error.at]).toEqual(["definition-failed", "toy.model.ts:5:9"]);
    expect(error.message).toContain("RangeError: too far");
    expect(error.cause).toBeInstanceOf(RangeError);
  });

  test("what a called module throws is placed at the call; errors of gradc pass as they are", async () => {
    const toy = {
      fail: () => JSON.parse("{"),
      refuse: () => {
        throw new GradcError("shape-mismatch", "No");
      },
    };
    const failed = await failure(run('import { fail } from "toy";\n\nexport const a = 1 + fail();', toy));
    expect([failed.code, failed.at]).toEqual(["definition-failed", "toy.model.ts:3:22"]);
    expect((await failure(run('import { refuse } from "toy"; refuse();', toy))).code).toBe("shape-mismatch");
  });

  test("what a body throws later can be explained too", async () => {
    const { exports, explain } = await run('export default () => {\n  throw new Error("late");\n};');
    const error = (() => {
      try {
        return (exports.default as () => unknown)();
      } catch (error) {
        return explain(error);
      }
    })();
    expect(error).toMatchObject({ code: "definition-failed", at: "toy.model.ts:2:9" });
  });

  test.each(["toy.model.js", "toy.model.mjs", "toy.model.mts"])("%s: the line that failed, in what it imports too", async (name) => {
    const files = { "lib.mjs": 'export const late = () => {\n  throw new Error("late");\n};\n' };
    const own = await failure(run('export const a = 1;\nexport const b = a\n  + JSON.parse("{");', {}, files, name));
    expect([own.code, own.at]).toEqual(["definition-failed", `${name}:3:5`]);
    expect((await failure(run('import { late } from "./lib.mjs"; late();', {}, files))).at).toBe("lib.mjs:2:9");
  });

  test.each(["toy.model.js", "toy.model.mjs", "toy.model.ts", "toy.model.mts"])("%s: await where nothing waits", async (name) => {
    const refused = await failure(run("export const a = 1;\nexport const b = await  Math.abs(2);", {}, {}, name));
    expect([refused.code, refused.at, refused.help]).toEqual(["syntax-error", `${name}:2:18`, expect.stringContaining("at once: Math.abs(2);")]);
    expect((await failure(run("export const f = async () => () => { await 1; };", {}, {}, name))).at).toBe(`${name}:1:38`);
    const loop = await failure(run("export const f = () => {\n  for await (const a of []) {}\n};", {}, {}, name));
    expect([loop.at, loop.help]).toEqual([`${name}:2:3`, "a for without await"]);
    const { exports } = await run("export const f = async () => { for await (const a of [1]) return await a; };", {}, {}, name);
    expect(await (exports.f as () => unknown)()).toBe(1);
  });

  test("a package that is missing", async () => {
    const error = await failure(run('import x from "no-such-package-here"; export default x;'));
    expect([error.code, error.message]).toEqual(["missing-package", expect.stringContaining("no-such-package-here")]);
  });
});

describe("scalar functions", () => {
  const elementwise = (f: AnyFunction) => f;

  /** The source of the default export, an elementwise function. */
  async function sourceIn(text: string, files: Readonly<Record<string, string>> = {}) {
    const { exports, sites } = await run(`import { elementwise } from "toy";\n${text}`, { elementwise }, files);
    return { source: functionSource(exports.default as AnyFunction), sites };
  }

  test("keep their text without types, every character at its place", async () => {
    const { source, sites } = await sourceIn(
      "export default elementwise(<T extends number>(p: T, y?: number): number => { const d: number = p - y!; return Math.abs(d as number) });",
    );
    expect(source?.text.replace(/ +/g, " ")).toBe(" (p , y ) => { const d = p - y ; return Math.abs(d ) }");
    expect(source?.text).toHaveLength(
      "<T extends number>(p: T, y?: number): number => { const d: number = p - y!; return Math.abs(d as number) }".length,
    );
    expect(source?.position).toEqual({ file: "toy.model.ts", line: 2, column: 28 });
    expect(sites.map(({ callee }) => callee)).toEqual(["elementwise"]);
  });

  test("know the names around them, imports too, and their values at the time of asking", async () => {
    const text = `import { delta } from "./lib.ts"; let scale = 2; export { scale };
      const make = (power: number) => elementwise((x: number) => Math.abs(x) * delta * scale ** power + Infinity);
      export default make(3); scale = 4;`;
    const { source } = await sourceIn(text, { "lib.ts": "export const delta = 0.5;" });
    expect(source?.captured()).toEqual({ delta: 0.5, scale: 4, power: 3 });
  });

  test("are found by name, in other files and through other names of elementwise", async () => {
    const text = `import { elementwise as each } from "toy"; import { huber } from "./lib.ts"; export default each(huber);`;
    const { exports } = await run(
      text,
      { elementwise },
      { "lib.ts": "const k = 1;\nexport function huber(x: number): number { return x < k ? x : Math.sqrt(x) }" },
    );
    const source = functionSource(exports.default as AnyFunction);
    expect([source?.position, source?.captured()]).toEqual([{ file: "lib.ts", line: 2, column: 8 }, { k: 1 }]);
    const { fromFunction } = parsers;
    expect(fromFunction(exports.default as AnyFunction)).toMatchObject({ parameters: ["x"], body: { operation: "select" } });
  });

  test("that reach elementwise in a roundabout way stay plain JavaScript", async () => {
    const text = "const each = (f: (x: number) => number) => elementwise(f); export default each((x: number): number => Math.abs(x) + Math.PI);";
    const { exports } = await run(`import { elementwise } from "toy";\n${text}`, { elementwise });
    const { fromFunction } = parsers;
    expect(fromFunction(exports.default as AnyFunction)).toMatchObject({ parameters: ["x"], body: { operation: "add" } });
  });

  test("stay functions that can be called", async () => {
    const { exports } = await run('import { elementwise } from "toy"; export default elementwise((x: number) => Math.abs(x)) as any;', {
      elementwise,
    });
    expect((exports.default as (x: number) => number)(-3)).toBe(3);
  });
});

describe("picking a model", () => {
  const isModel = (value: unknown): value is { kind: "model" } => (value as { kind?: string } | undefined)?.kind === "model";
  const exports = { default: { kind: "model", id: 1 }, small: { kind: "model", id: 2 }, scale: 3 };

  test("the default export, or a named one", () => {
    expect(pickModel({ exports, file: "a.model.ts" }, isModel)).toBe(exports.default);
    expect(pickModel({ exports, file: "a.model.ts" }, isModel, "small")).toBe(exports.small);
  });

  test("what a file of CommonJS gives as a whole", async () => {
    const text = 'module.exports = { kind: "model" };';
    const { exports } = await run(text, {}, {}, "toy.model.cjs");
    expect(pickModel({ exports, file: "toy.model.cjs" }, isModel)).toBe(exports);
    const named = await failure(Promise.resolve().then(() => pickModel({ exports, file: "toy.model.cjs" }, isModel, "kind")));
    expect(named.message).toContain('it exports  "default"');
  });

  test("says what there is", async () => {
    const { default: _, ...named } = exports;
    const picking = (all: object, name?: string) =>
      failure(Promise.resolve().then(() => pickModel({ exports: { ...all }, file: "a.model.ts" }, isModel, name)));
    const missing = await picking(named);
    expect(missing.code).toBe("no-model");
    expect(missing.message).toContain('it exports  "small", "scale"');
    expect(missing.help).toContain("small");
    expect((await picking(exports, "scale")).message).toContain('a model "scale"');
    expect((await picking({})).message).toContain("nothing");
    expect((await picking(exports, "constructor")).code).toBe("no-model");
  });
});
