// Ten nets, their pages as text, and markers of claims about them.
import { fileURLToPath } from "node:url";
import { readable } from "../../../compiler/index.ts";
import { loadFile, type ModelSource } from "../../../src/definition-file.ts";
import { partsToRead } from "../../../src/described.ts";
import { markingByNames } from "../../../src/marking/by-names.ts";
import { type Claim, claimsIn } from "../../../src/marking/claims.ts";
import { Marker } from "../../../src/marking/mark.ts";
import { readPage } from "../../../src/marking/page.ts";
import type { Verdict } from "../../../src/marking/verdict.ts";
import type { Model } from "../../../src/model.ts";
import { openDefinition } from "../../../src/open.ts";

/** A net with the lines of its page by their names. */
export interface MarkedNet {
  readonly lines: ReadonlyMap<string, string>;
  /** The verdicts on the lines of a file, marked by themselves. */
  mark(text: string): Verdict[];
}

/** The net of a definition. */
export const netOf = async (source: ModelSource): Promise<MarkedNet> => markedBy(await openDefinition(source), false);

/** The same with its page as it is derived and as it runs. */
export async function bothOf(source: ModelSource): Promise<readonly [derived: MarkedNet, asRun: MarkedNet]> {
  const opened = await openDefinition(source);
  return [markedBy(opened, false), markedBy(opened, true)];
}

function markedBy(opened: Awaited<ReturnType<typeof openDefinition>>, asRun: boolean): MarkedNet {
  const page = readPage(partsToRead(readable(opened.program, asRun)));
  return {
    lines: new Map([...page.lines].map(([name, { text, letters }]) => [letters ? `${name}[${letters}]` : name, text])),
    mark(text) {
      const marker = new Marker(markingByNames(page, opened.program, { within: opened.purpose.binary }));
      return claimsIn(text).map((claim) => marker.mark(claim as Claim));
    },
  };
}

/** All of the ten, by their names. */
export async function nets(): Promise<ReadonlyMap<string, MarkedNet>> {
  const { exports } = await loadFile(fileURLToPath(new URL("./nets.model.ts", import.meta.url)));
  const entries = Object.entries(exports).map(async ([name, model]) => [name, await netOf(model as Model)] as const);
  return new Map(await Promise.all(entries));
}
