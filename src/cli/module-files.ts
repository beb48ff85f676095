// What a build leaves: the module or modules, and the typed JavaScript beside them.
import { existsSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import type { RuntimeText } from "../../compiler/bindings/write.ts";
import { type Built, bindings } from "../compile.ts";
import { fingerprintOf } from "./files/fingerprint.ts";
import type { Files } from "./files/set.ts";

/** Whether scripts in `folder` end in `.mjs`: where the nearest package.json says `commonjs`, Node takes `.js` for something else. */
function isCommonJs(folder: string): boolean {
  const path = join(folder, "package.json");
  if (!existsSync(path)) return dirname(folder) !== folder && isCommonJs(dirname(folder));
  try {
    return JSON.parse(readFileSync(path, "utf8")).type === "commonjs";
  } catch {
    // Whoever runs the files will hear of it.
    return false;
  }
}

/** The runtime that is installed where `folder` lies: the package of its own, whoever ships a model installs that one, else the one in gradc. */
function installedRuntime(folder: string): string {
  try {
    createRequire(join(folder, "any.js")).resolve("gradc-runtime/package.json");
    return "gradc-runtime";
  } catch {
    return "gradc/runtime";
  }
}

/** The runtime as `npm run build` leaves it. */
async function runtimeText(): Promise<RuntimeText> {
  const resolved = createRequire(import.meta.url).resolve("#standalone");
  return { js: await readFile(resolved, "utf8"), dts: await readFile(resolved.replace(/\.js$/, ".d.ts"), "utf8") };
}

/**
 * The files of a compiled model as they lie in `folder`, by name.
 * @param standalone whether the script holds the runtime rather than importing it
 */
export async function moduleFiles(
  { wasm, fast, manifest }: Pick<Built, "wasm" | "fast" | "manifest">,
  folder: string,
  standalone = false,
): Promise<Files> {
  const { name } = manifest;
  const at = resolve(folder);
  const letter = isCommonJs(at) ? "m" : "";
  const runtime = standalone ? await runtimeText() : installedRuntime(at);
  const builds = [wasm, fast].flatMap((module) => (module && fingerprintOf(module)) ?? []);
  const { js, dts } = await bindings(manifest, { ...(fast && { fast: `${name}.fast.wasm` }), runtime, builds });
  return {
    [`${name}.wasm`]: wasm,
    ...(fast && { [`${name}.fast.wasm`]: fast }),
    [`${name}.${letter}js`]: js,
    [`${name}.d.${letter}ts`]: dts,
  };
}
