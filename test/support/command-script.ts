import { mkdir, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { bundle } from "../engines/bundle.ts";

/** The command line as one script for Node, in a folder of a name inside of the repository, where packages are found. */
export async function commandScript(name: string): Promise<{ readonly script: string; readonly remove: () => Promise<void> }> {
  const folder = fileURLToPath(new URL(`../../out/${name}/`, import.meta.url));
  const { code } = await bundle({
    entryPoints: ["./src/cli/main.ts"],
    platform: "node",
    packages: "external",
    conditions: ["source", "node"],
    minify: false,
  });
  await mkdir(folder, { recursive: true });
  await writeFile(`${folder}main.mjs`, code);
  return { script: `${folder}main.mjs`, remove: () => rm(folder, { recursive: true }) };
}
