// Compiles the sources to dist/ as JavaScript with declarations. Run by `npm run build` and `npm run prepare`.
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = join(root, "dist");

/** The path of the TypeScript compiler; undefined where only the run-time dependencies are installed. */
function findCompiler() {
  try {
    return join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin", "tsc");
  } catch {
    return undefined;
  }
}

/**
 * Makes a declaration readable by TypeScript 5.4 and every module resolution: relative imports name the `.js` file (the compiler rewrites them in
 * scripts only), and typed arrays have no type argument, which they take since 5.7.
 */
const portable = (declaration) =>
  declaration.replace(/((?:from|import) "|import\(")(\.{1,2}\/[^"]+)\.ts"/g, '$1$2.js"').replace(/\b(\w+Array|DataView)<ArrayBuffer(Like)?>/g, "$1");

function rewriteDeclarations() {
  const files = readdirSync(dist, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".d.ts"));
  for (const file of files) {
    const path = join(dist, file);
    writeFileSync(path, portable(readFileSync(path, "utf8")));
  }
}

async function build(compiler) {
  rmSync(dist, { recursive: true, force: true });
  const { status } = spawnSync(process.execPath, [compiler, "--project", "tsconfig.build.json"], { cwd: root, stdio: "inherit" });
  if (status !== 0) return status ?? 1;
  rewriteDeclarations();
  const { writeStandalone } = await import("./standalone.js");
  writeStandalone(join(dist, "runtime"));
  return 0;
}

const compiler = findCompiler();
if (compiler) {
  process.exitCode = await build(compiler);
} else if (process.env.npm_lifecycle_event === "prepare") {
  console.error("Not built: TypeScript is not installed");
} else {
  console.error("Cannot build: TypeScript is not installed\n  help: npm ci");
  process.exitCode = 1;
}
