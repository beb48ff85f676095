import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { writeBindings } from "../../../compiler/bindings/write.ts";
import { formatVersion, type Manifest } from "../../../runtime/program.ts";

const variable = { dtype: "f32", shape: [12, 5], strides: [5, 1], offset: 0 } as const;

const manifest: Manifest = {
  version: formatVersion,
  name: "iris-small",
  profile: "exact",
  capacity: { batch: 64 },
  inputs: [
    { name: "x", dtype: "f32", shape: ["batch", 4], offset: 0 },
    { name: "class of", dtype: "i32", shape: ["batch"], offset: 1024, range: { lower: 0, upper: 3, except: -100 } },
  ],
  variables: [
    { ...variable, name: "hidden.weight", role: "parameter", trainable: true },
    { ...variable, name: "hidden.bias", role: "parameter", trainable: true },
    { ...variable, name: "lr", shape: [], strides: [], role: "hyper", trainable: false },
    { ...variable, name: "#step", dtype: "i32", shape: [], strides: [], role: "counter", trainable: false },
  ],
  entries: [
    {
      name: "predict",
      dims: ["batch"],
      inputs: ["x"],
      results: [
        { name: "logits", dtype: "f32", shape: ["batch", 3], offset: 0 },
        { name: "best", dtype: "i32", shape: ["batch"], offset: 0 },
      ],
      updates: [],
      training: false,
      splittable: true,
      minimum: 1,
      checks: [],
    },
    {
      name: "gradients",
      dims: ["batch"],
      inputs: ["x", "class of"],
      results: [
        { name: "loss", dtype: "f32", shape: [], offset: 0 },
        { name: "hidden.weight", dtype: "f32", shape: [12, 5], offset: 0 },
      ],
      updates: [],
      training: true,
      splittable: false,
      minimum: 1,
      checks: [],
    },
  ],
  metrics: ["rmse"],
  outputs: ["logits", "best"],
  targets: ["class of"],
  standardize: [],
  bytes: 65536,
};

test("the declarations are named and typed after the model", async () => {
  const { dts } = await writeBindings(manifest);
  expect(dts).toMatchInlineSnapshot(`
    "// Written by gradc beside iris-small.wasm.
    import type { F32Data, I32Data, Known, LoadOptions, Manifest, Net, Source } from "gradc/runtime";

    export type IrisSmallInputs = {
      /** f32[batch, 4] */
      readonly x: F32Data;
      /** i32[batch], each in [0, 3) or -100; only the loss reads it */
      readonly "class of": I32Data;
    };

    export type IrisSmallOutputs = {
      /** f32[batch, 3] */
      logits: Float32Array;
      /** i32[batch] */
      best: Int32Array;
    };

    export type IrisSmallParameter = "hidden.weight" | "hidden.bias";

    /** Settings that setHyper changes. */
    export type IrisSmallHyper = "lr";

    export type IrisSmallNet = Net<IrisSmallInputs, IrisSmallOutputs, IrisSmallParameter, IrisSmallHyper, "rmse", "hidden.weight">;

    /** Where the module lies. */
    export declare const url: () => Known<"URL">;

    /** What the module holds: its inputs, outputs, variables and entry points. */
    export declare const manifest: Manifest;

    /** Loads the module with fresh parameters, or with the weights that options name. */
    export default function load(options?: LoadOptions): Promise<IrisSmallNet>;
    /** Loads this model from elsewhere: its module as bytes, an address, an answer or a compiled module, or a trained file. */
    export default function load(source: Source<object, object> | null | undefined, options?: LoadOptions): Promise<IrisSmallNet>;
    "
  `);
});

test("metrics with axes are no numbers", async () => {
  const results = [[], [3, 3], []].map((shape, at) => ({
    name: ["loss", "confusion", "rmse"][at] as string,
    dtype: "f32" as const,
    shape,
    offset: 0,
  }));
  const [first] = manifest.entries;
  const finish = { ...(first as (typeof manifest.entries)[number]), name: "evaluate.finish" as const, results };
  const { dts } = await writeBindings({ ...manifest, metrics: ["confusion", "rmse"], entries: [...manifest.entries, finish] });
  expect(dts).toContain('IrisSmallHyper, "rmse", "hidden.weight", "confusion">;');
});

test("the script finds the module by the literal URL that bundlers rewrite, when it is asked, and holds the manifest", async () => {
  const { js } = await writeBindings(manifest);
  expect(js).toContain('export const url = () => new URL("./iris-small.wasm", import.meta.url);');
  const held = js.match(/export const manifest = (.*);\n/)?.[1] ?? "";
  expect(JSON.parse(held)).toEqual(manifest);
});

test("no text of a manifest ends a comment", async () => {
  const evil = "*/ evil(); /*";
  const odd = { lower: 0, upper: evil as never, except: evil as never };
  const inputs = [{ name: evil, dtype: "i32", shape: [evil, 4], offset: 0, range: odd }] as const;
  const { js, dts } = await writeBindings({ ...manifest, name: "a\nevil();\u2028evil();", inputs });
  const codeOf = (text: string) => text.replace(/"(\\.|[^"\\])*"|\/\*[\s\S]*?\*\/|\/\/.*/gu, "");
  for (const text of [js, dts]) expect(codeOf(text)).not.toContain("evil");
});

const user = `
import type { Net } from "gradc/runtime";
import load, { manifest, url, type IrisSmallHyper, type IrisSmallNet, type IrisSmallParameter } from "./iris-small.js";
const net: IrisSmallNet = await load({ seed: 1 });
const nets: IrisSmallNet[] = await Promise.all([load(), load(url()), load(new Uint8Array(8), { profile: "exact" }), load(undefined, { seed: 2 })]);
await load(fetch("iris-small.trained.wasm"));
await load({ exact: url(), fast: "iris-small.fast.wasm" });
await load({ wasm: new Uint8Array(8) });
await load(await WebAssembly.compile(new Uint8Array(8)));
const { logits, best } = net.predict({ x: [[1, 2, 3, 4]] });
const floats: Float32Array = logits;
const whole: Int32Array = best;
net.step({ x: new Float32Array(4), "class of": new Int32Array(1) });
net.setHyper({ lr: 0.1 });
const parameter: IrisSmallParameter = "hidden.weight";
const hyper: IrisSmallHyper = "lr";
const rmse: number = net.evaluate({ x: new Float32Array(4), "class of": [1] }).rmse;
const slope: Float32Array = net.gradients({ x: new Float32Array(4), "class of": [1] }).gradients["hidden.weight"];
const general: Net = net;
// @ts-expect-error: the model has no such metric
net.evaluate({ x: new Float32Array(4), "class of": [1] }).mae;
// @ts-expect-error: there is no such gradient
net.gradients({ x: new Float32Array(4), "class of": [1] }).gradients["hidden.bias"];
// @ts-expect-error: there is no such option
await load({ sead: 1 });
// @ts-expect-error: no parameter has this name
const unknown: IrisSmallParameter = "hidden.wait";
// @ts-expect-error: a target is an i32 tensor
net.step({ x: new Float32Array(4), "class of": new Float32Array(1) });
// @ts-expect-error: a step needs the target
net.step({ x: new Float32Array(4) });
// @ts-expect-error: this optimizer has no such setting
net.setHyper({ momentum: 0.9 });
console.log(floats, whole, parameter, hyper, unknown, rmse, slope, general, nets.length, manifest.name, url().href);
`;

/** The errors that the compiler of TypeScript finds in `files`, in a folder of their own under the project's settings. */
function typeErrors(files: Readonly<Record<string, string>>): string[] {
  const root = fileURLToPath(new URL("../../../", import.meta.url));
  const folder = mkdtempSync(join(tmpdir(), "gradc-bindings-"));
  const settings = { extends: join(root, "tsconfig.json"), compilerOptions: { types: [], rootDir: folder }, include: ["."], exclude: [] };
  try {
    for (const [name, content] of Object.entries({ ...files, "tsconfig.json": JSON.stringify(settings), "package.json": '{ "type": "module" }' }))
      writeFileSync(join(folder, name), content);
    const { stdout } = spawnSync(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", folder], { encoding: "utf8", cwd: folder });
    return stdout.split("\n").filter((line) => line.startsWith("iris-small") || line.startsWith("main"));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("a strict program type-checks against the declarations, and its mistakes do not", async () => {
  const { dts, js } = await writeBindings(manifest);
  const files = { "iris-small.d.ts": dts, "iris-small.js": js, "main.ts": user };
  expect(typeErrors(files)).toEqual([]);
  expect(typeErrors({ ...files, "main.ts": user.replace(/\/\/ @ts-expect-error.*/g, "") })).toHaveLength(7);
});
