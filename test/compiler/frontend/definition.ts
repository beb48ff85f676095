import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Surroundings } from "../../../compiler/frontend/evaluate.ts";
import { type Loaded, loadDefinition } from "../../../compiler/frontend/load.ts";
import type { Site } from "../../../compiler/frontend/site.ts";
import { host } from "../../../src/node/host.ts";

/** Writes `files` to a new folder and gives the folder. */
export function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "gradc-"));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

export interface Run extends Loaded {
  /** The sites of the calls that happened, in order. */
  readonly sites: readonly Site[];
}

/** Loads `text` as a definition beside the other `files`; the module `toy` is what it may import. */
export async function run(text: string, toy: object = {}, files: Readonly<Record<string, string>> = {}, name = "toy.model.ts"): Promise<Run> {
  const sites: Site[] = [];
  const surroundings: Surroundings = {
    modules: { toy },
    at(site, call) {
      sites.push(site);
      return call();
    },
  };
  return { ...(await loadDefinition(join(folderOf({ ...files, [name]: text }), name), host, surroundings)), sites };
}
