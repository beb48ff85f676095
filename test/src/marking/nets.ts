// Ten nets, their pages as text, and markers of claims about them.
import { fileURLToPath } from "node:url";
import { readable } from "../../../compiler/index.ts";
import { partsToRead } from "../../../src/described.ts";
import { type Claim, claimsIn } from "../../../src/marking/claims.ts";
import { Marker } from "../../../src/marking/mark.ts";
import { readPage } from "../../../src/marking/page.ts";
import type { Verdict } from "../../../src/marking/verdict.ts";
import { openDefinition } from "../../../src/open.ts";

export const netNames = ["deep", "single", "rectified", "classes", "binary", "residual", "gated", "squares", "soft", "scaled"] as const;

/** A net with the lines of its page by their names. */
export interface MarkedNet {
  readonly lines: ReadonlyMap<string, string>;
  /** The verdicts on the lines of a file, marked by themselves. */
  mark(text: string): Verdict[];
}

/** The net that a definition file exports. */
export async function netOf(path: string, model?: string): Promise<MarkedNet> {
  const opened = await openDefinition(path, { model });
  const described = partsToRead(readable(opened.program));
  const page = readPage(described);
  return {
    lines: new Map([...page.lines].map(([name, { text }]) => [name, text])),
    mark(text) {
      const marker = new Marker(page, opened.program, { within: opened.purpose.binary });
      return claimsIn(text).map((claim) => marker.mark(claim as Claim));
    },
  };
}

/** One of the ten. */
export const net = (name: (typeof netNames)[number]): Promise<MarkedNet> => netOf(fileURLToPath(new URL("./nets.model.ts", import.meta.url)), name);
