import { mkdir, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { bundle } from "../engines/bundle.ts";

/** A program as one script for Node, in a folder of a name inside of the repository, where packages are found. */
interface Script {
  readonly script: string;
  readonly remove: () => Promise<void>;
}

/** The program at `entry`, a path from the root of the repository. It begins sooner than its sources would, one file after the other. */
export async function nodeScript(name: string, entry: string): Promise<Script> {
  const folder = fileURLToPath(new URL(`../../out/${name}/`, import.meta.url));
  const { code } = await bundle({
    alias: { "gradc/checkpoint": "./checkpoint/index.node.ts", "gradc/data": "./data/index.ts", "gradc/runtime": "./runtime/index.node.ts" },
    entryPoints: [entry],
    platform: "node",
    packages: "external",
    conditions: ["source", "node"],
    minify: false,
  });
  await mkdir(folder, { recursive: true });
  await writeFile(`${folder}main.mjs`, code);
  return { script: `${folder}main.mjs`, remove: () => rm(folder, { recursive: true }) };
}

/** The command line. */
export const commandScript = (name: string): Promise<Script> => nodeScript(name, "./src/cli/main.ts");
