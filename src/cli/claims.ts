// `gradc check --claim` and `--against`: formulas and functions by hand against the page.

import { claimsFailed, missingOption } from "../../compiler/diagnostics/commands.ts";
import { notAFormula } from "../../compiler/diagnostics/formulas.ts";
import { inFile } from "../../compiler/diagnostics/places.ts";
import { readable } from "../../compiler/index.ts";
import type { Notation } from "../../compiler/scalars/signs.ts";
import { words } from "../../compiler/words/words.ts";
import { loadFile } from "../definition-file.ts";
import { partsToRead } from "../described.ts";
import { readVariables, readInputs as sourcesOf } from "../interpret.ts";
import { backwardIn, markBackward } from "../marking/against.ts";
import { withAsked } from "../marking/asked.ts";
import { markingByNames } from "../marking/by-names.ts";
import { claimsIn } from "../marking/claims.ts";
import type { Difference } from "../marking/compare.ts";
import { Marker } from "../marking/mark.ts";
import { type ClaimFile, type MarkedIn, markedAsKnown, markedIn } from "../marking/notations.ts";
import { readPage, valuesAsked } from "../marking/page.ts";
import type { PointOptions } from "../marking/points.ts";
import { type Hints, hintOf, holds, type Verdict } from "../marking/verdict.ts";
import { type Opened, openDefinition } from "../open.ts";
import { allowedOf } from "./allow.ts";
import { readFirstBytes } from "./files/read.ts";
import { readInputs, withWeights } from "./inspect/given.ts";
import { notationOf } from "./inspect/scalars.ts";
import type { Terminal } from "./terminal.ts";
import { paint } from "./visible.ts";

interface MarkingOptions {
  readonly model?: string;
  readonly allow?: readonly string[];
  readonly claim?: string;
  readonly against?: string;
  readonly hints: Hints;
  readonly json?: boolean;
  readonly at?: string;
  readonly weights?: string;
  readonly notation?: "names" | "neurons" | "modules";
  readonly index?: boolean;
}

/** Marks the claims of a file, or what a function computes. @throws GradcError `check-failed` where one does not hold */
export async function checkByHand(path: string, options: MarkingOptions, terminal: Terminal): Promise<void> {
  const { claim, against, hints, json } = options;
  if (options.weights !== undefined && options.at === undefined) throw missingOption("--weights", "the numbers of --at", "--at FILE");
  const notation = notationAsked(options);
  const text = claim === undefined ? undefined : await claimsOf(claim);
  const given = await givenIn(path, options, text, terminal);
  const claims = text === undefined ? [] : marked({ ...given, text }, notation, terminal);
  const marker = new Marker(given.names);
  const values = against === undefined ? [] : await markBackward(against, backwardIn(against, (await loadFile(against)).exports), marker);
  const verdicts = [...claims, ...values];
  terminal.out(json ? JSON.stringify(verdicts, null, 2) : verdicts.flatMap((verdict) => said(verdict, hints)).join("\n"));
  const left = against === undefined ? [] : marker.notIn(values);
  if (left.length > 0) terminal.note(words.marking.claims.nothingFor(against as string, left));
  const faults = verdicts.filter((verdict) => !holds(verdict));
  if (faults.length > 0)
    throw claimsFailed(
      faults.map((verdict) => (verdict.line === 0 ? verdict.claim : `line ${verdict.line}`)),
      verdicts.length,
    );
}

/** The notation that the options ask for. */
function notationAsked(options: MarkingOptions): MarkedIn["notation"] | undefined {
  const found = notationOf({ ...options, optimizer: "none" }) ?? options.notation;
  if (found !== undefined && options.claim === undefined)
    throw missingOption(options.index ? "--index" : "--notation", "the signs of claims", "--claim FILE");
  return found;
}

const optionOf = (notation: Notation): string => (notation === "index" ? "--index" : `--notation ${notation}`);

/** The verdicts on the lines of a file in `notation`, or in that which it is found to be in. */
function marked(file: ClaimFile, notation: MarkedIn["notation"] | undefined, terminal: Terminal): Verdict[] {
  const found = notation === undefined ? markedAsKnown(file) : markedIn(file, notation);
  if (notation === undefined && found.notation !== "names") terminal.note(words.marking.claims.readAs(optionOf(found.notation)));
  return found.lines.map((line) => found.marker.mark(line));
}

/** As many bytes of a file as are looked at: more than claims may have characters. */
const mostBytes = 1_000_000;

/** The text of a file of claims. @throws GradcError `not-a-formula` of one that has none */
async function claimsOf(path: string): Promise<string> {
  const text = new TextDecoder().decode(await readFirstBytes(path, mostBytes));
  if (claimsIn(text).length === 0) throw inFile(notAFormula({ line: 1, column: 1 }, "no line with a formula", "claims as δ_out = out − y"), path);
  return text;
}

/** What claims are about. */
async function givenIn(path: string, options: MarkingOptions, text: string | undefined, terminal: Terminal): Promise<Omit<ClaimFile, "text">> {
  const { model, allow, at, weights } = options;
  const definition = { model, allow: allowedOf(allow).compiling };
  const opened = await withWeights(await openDefinition(path, definition), weights);
  for (const warning of opened.warnings) terminal.note(`warning: ${warning}`);
  const described = partsToRead(readable(opened.program));
  const page = readPage(described);
  const more = valuesAsked(page, text === undefined ? [] : claimsIn(text));
  const given = { within: opened.purpose.binary, ...(at !== undefined && (await exampleIn(at, opened))) };
  const whole = more.length === 0 ? page : readPage(withAsked(opened.program, described, more, new Set(page.symbols.keys())));
  return { names: markingByNames(whole, opened.program, given), program: opened.program, options: given };
}

/** The inputs of a file, and the parameters and states that `gradc inspect --at` has there. */
async function exampleIn(at: string, { program, variables }: Opened): Promise<PointOptions> {
  return {
    inputs: sourcesOf(program, await readInputs(at)).sources,
    variables: new Map([...readVariables(program, variables)].map(([name, { data }]) => [name, data])),
  };
}

const signs: Readonly<Record<Verdict["verdict"], string>> = {
  right: paint("green", "✓"),
  defined: "·",
  wrong: paint("red", "✗"),
  carried: paint("red", "✗"),
  unread: paint("red", "✗"),
};

function said(verdict: Verdict, hints: Hints): string[] {
  const hint = hintOf(verdict, hints);
  const place = hints === 2 && verdict.at ? ` (${verdict.at})` : "";
  const more = hints === 2 ? [verdict.detail, verdict.differs && numbers(verdict.differs)].filter((each) => each !== undefined) : [];
  return [`${signs[verdict.verdict]} ${verdict.claim}${hint === undefined ? "" : ` | ${hint}${place}`}`, ...more.map((each) => `    ${each}`)];
}

const numbers = ({ index, claimed, right }: Difference): string =>
  words.marking.claims.differs(index.length === 0 ? undefined : `[${index.join(",")}]`, shortly(claimed), shortly(right));

const shortly = (value: number): string => String(Number(value.toPrecision(6)));
