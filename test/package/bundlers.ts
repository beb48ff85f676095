// The bundlers that most pages are made with, each with the settings that its documents begin with: from a folder with `page.js` to one that a server
// can show.
import { cp, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build as esbuild } from "esbuild";
import { build as vite } from "vite";
import webpack from "webpack";
import type { Answer } from "../browser/server.ts";
import { page } from "./app.ts";

async function withVite(folder: string, output: string): Promise<void> {
  await writeFile(join(folder, "index.html"), page("./page.js"));
  await vite({ root: folder, configFile: false, logLevel: "error", base: "./", build: { outDir: output } });
}

async function withWebpack(folder: string, output: string): Promise<void> {
  const compiler = webpack({ mode: "production", context: folder, entry: "./page.js", output: { path: output, filename: "page.js" } });
  await new Promise<void>((resolve, reject) => {
    compiler?.run((error, stats) => {
      if (error ?? stats?.hasErrors()) reject(error ?? new Error(stats?.toString("errors-only")));
      else resolve();
    });
  });
  await writeFile(join(output, "index.html"), page("./page.js"));
}

// esbuild leaves the address of the module as it is, so that the module belongs beside the script.
async function withEsbuild(folder: string, output: string): Promise<void> {
  await esbuild({ absWorkingDir: folder, entryPoints: ["page.js"], bundle: true, minify: true, format: "esm", outdir: output, logLevel: "error" });
  for (const name of ["housing.wasm", "housing.fast.wasm"]) await cp(join(folder, name), join(output, name));
  await writeFile(join(output, "index.html"), page("./page.js"));
}

/** The name of each bundler, and what builds `folder` into `output`. */
export const bundlers: Readonly<Record<string, (folder: string, output: string) => Promise<void>>> = {
  Vite: withVite,
  webpack: withWebpack,
  esbuild: withEsbuild,
};

/** The answers of a server that shows a folder under a path. */
export async function answersOf(folder: string, path: string): Promise<Record<string, Answer>> {
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((file) => file.isFile());
  const answers = files.map(async ({ parentPath, name }) => {
    const file = join(parentPath, name);
    return [`${path}/${file.slice(folder.length + 1)}`, { body: await readFile(file) }] as const;
  });
  return Object.fromEntries(await Promise.all(answers));
}
