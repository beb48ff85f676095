// In which signs the claims of a file are: the names of the definition, unless they only make sense in another notation.
import type { Program } from "../../compiler/ir/entry.ts";
import type { Notation } from "../../compiler/scalars/signs.ts";
import { GradcError } from "../../runtime/error.ts";
import { asWritten, type Claim, claimsIn, type NoClaim } from "./claims.ts";
import { Marker, type Marking } from "./mark.ts";
import type { PointOptions } from "./points.ts";
import { ScalarPage } from "./scalars/page.ts";
import { ByScalars } from "./scalars/reader.ts";

/** What marks the lines of a file, and in which notation. */
export interface MarkedIn {
  readonly notation: Notation | "names";
  readonly lines: readonly (Claim | NoClaim)[];
  readonly marker: Marker;
}

/** A file of claims, and the page of names that its lines may be about. */
export interface ClaimFile {
  readonly text: string;
  readonly names: Marking;
  readonly program: Program;
  readonly options: PointOptions;
}

/** Claims about a page of scalars. @throws GradcError `no-neurons`, also where several examples are given for a page of one */
export function markingByScalars(program: Program, notation: Notation, options?: PointOptions): Marking {
  const page = new ScalarPage(program, notation, options);
  page.points.at(0);
  return { page: page.page, points: page.points, reader: new ByScalars(page) };
}

/** The claims of `file` in a notation. @throws GradcError `no-neurons` */
export function markedIn({ text, names, program, options }: ClaimFile, notation: MarkedIn["notation"]): MarkedIn {
  if (notation === "names") return { notation, lines: claimsIn(text), marker: new Marker(names) };
  return { notation, lines: claimsIn(text, asWritten), marker: new Marker(markingByScalars(program, notation, options)) };
}

interface Understood {
  readonly notation: MarkedIn["notation"];
  /** Lines that have names that mean nothing, and those about what the page has. */
  readonly unread: number;
  readonly claims: number;
}

function understood(file: ClaimFile, notation: MarkedIn["notation"]): Understood | undefined {
  try {
    // What names mean is told at random numbers, whatever those of an example are.
    const { lines, marker } = markedIn({ ...file, options: { within: file.options.within } }, notation);
    const found = lines.map((line) => marker.readingOf(line));
    return { notation, unread: found.filter((each) => each === undefined).length, claims: found.filter((each) => each === "claim").length };
  } catch (error) {
    if (error instanceof GradcError && error.code === "no-neurons") return undefined;
    throw error;
  }
}

const scalars: readonly Notation[] = ["neurons", "modules", "index"];

/** The notation that knows the names of a file: another than that of names where that knows more of them, or has nothing that is claimed. */
function knownIn(file: ClaimFile): MarkedIn["notation"] {
  const names = understood(file, "names") as Understood;
  if (names.unread === 0 && names.claims > 0) return "names";
  const others = scalars.flatMap((notation) => understood(file, notation) ?? []).filter(({ claims }) => claims > 0);
  const best = others.sort((a, b) => a.unread - b.unread)[0];
  return best && (best.unread < names.unread || (best.unread === names.unread && names.claims === 0)) ? best.notation : "names";
}

/** The claims of a file in the notation that they are in. */
export const markedAsKnown = (file: ClaimFile): MarkedIn => markedIn(file, knownIn(file));
