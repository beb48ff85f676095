// `gradc check --claim`: a file of claims against the page.
import { claimsFailed } from "../../compiler/diagnostics/commands.ts";
import { readable } from "../../compiler/index.ts";
import { partsToRead } from "../described.ts";
import { claimsIn } from "../marking/claims.ts";
import type { Difference } from "../marking/compare.ts";
import { Marker } from "../marking/mark.ts";
import { readPage } from "../marking/page.ts";
import { type Hints, hintOf, holds, type Verdict } from "../marking/verdict.ts";
import { openDefinition } from "../open.ts";
import { allowedOf } from "./allow.ts";
import { readBytes } from "./files/read.ts";
import { alignColumns, type Terminal } from "./terminal.ts";
import { paint } from "./visible.ts";

export interface ClaimOptions {
  readonly model?: string;
  readonly allow?: readonly string[];
  readonly claim: string;
  readonly hints: Hints;
  readonly json?: boolean;
}

/** Marks the claims of a file. @throws GradcError `check-failed` where one does not hold */
export async function checkClaims(path: string, { model, allow, claim, hints, json }: ClaimOptions, terminal: Terminal): Promise<void> {
  const opened = await openDefinition(path, { model, allow: allowedOf(allow).compiling });
  for (const warning of opened.warnings) terminal.note(`warning: ${warning}`);
  const marker = new Marker(readPage(partsToRead(readable(opened.program))), opened.program, { within: opened.purpose.binary });
  const verdicts = claimsIn(new TextDecoder().decode(await readBytes(claim))).map((each) => marker.mark(each));
  terminal.out(json ? JSON.stringify(verdicts, null, 2) : lines(verdicts, hints));
  const faults = verdicts.filter((verdict) => !holds(verdict));
  if (faults.length > 0)
    throw claimsFailed(
      faults.map((verdict) => verdict.line),
      verdicts.length,
    );
}

const signs: Readonly<Record<Verdict["verdict"], string>> = {
  right: paint("green", "✓"),
  defined: "·",
  wrong: paint("red", "✗"),
  carried: paint("red", "✗"),
  unread: paint("red", "✗"),
};

const lines = (verdicts: readonly Verdict[], hints: Hints): string => verdicts.flatMap((verdict) => said(verdict, hints)).join("\n");

function said(verdict: Verdict, hints: Hints): string[] {
  const hint = hintOf(verdict, hints);
  const place = hints === 2 && verdict.at ? ` (${verdict.at})` : "";
  const more = hints === 2 ? [verdict.detail, verdict.differs && numbers(verdict.differs)].filter((each) => each !== undefined) : [];
  return [`${signs[verdict.verdict]} ${verdict.claim}${hint === undefined ? "" : ` | ${hint}${place}`}`, ...more.map((each) => `    ${each}`)];
}

const numbers = ({ index, claimed, right }: Difference): string => `[${index.join(", ")}] is ${claimed} and should be ${right}`;
