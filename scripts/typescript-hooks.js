// What `typescript.js` registers: `gradc...` and `#host` are sources here, and esbuild takes the types out of files.
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { transform } from "esbuild";

const root = new URL("../", import.meta.url);
const { compilerOptions } = JSON.parse(readFileSync(new URL("tsconfig.json", root), "utf8"));
const paths = { ...compilerOptions.paths, "#host": ["src/node/host.ts"] };

export function resolve(specifier, context, next) {
  if (!Object.hasOwn(paths, specifier)) return next(specifier, context);
  return { url: new URL(paths[specifier][0], root).href, format: "module", shortCircuit: true };
}

export async function load(url, context, next) {
  if (!url.endsWith(".ts")) return next(url, context);
  const sourcefile = fileURLToPath(url);
  const { code } = await transform(await readFile(sourcefile, "utf8"), { loader: "ts", target: "es2022", sourcefile, sourcemap: "inline" });
  return { format: "module", source: code, shortCircuit: true };
}
