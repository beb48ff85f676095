// What reads claims about a page: what their left-hand sides are about, and what they say of it.
import type { Node } from "../../compiler/ir/node.ts";
import type { Term } from "../../compiler/reading/tree.ts";
import type { Claim } from "./claims.ts";
import type { AxesOf } from "./letters.ts";

/** What a claim is about. */
export interface Target {
  readonly name: string;
  readonly node: Node;
  /** Of what is claimed for each step of a loop, how many there are. */
  readonly steps?: number | undefined;
  /** What it is called in a sentence. */
  readonly what: string;
}

/** The part of a value that a claim is about: along each axis a number, or all. */
export interface PartOf {
  readonly name: string;
  readonly node: Node;
  readonly at: readonly (number | undefined)[];
}

/** A claim as it was read. */
export interface Sides {
  /** None where the line defines a name of its own. */
  readonly target: Target | undefined;
  /** What it is about, or the name that it defines. */
  readonly name: string;
  readonly term: Term;
  /** Of what value it is a part, on a page whose values have parts with names. */
  readonly part?: PartOf | undefined;
}

/** Reads claims in the signs of a page. */
export interface ClaimReader {
  /** @throws GradcError `not-a-formula`, `not-on-the-page`, `formula-too-large` */
  sidesOf(claim: Claim, axesOf: AxesOf): Sides;
  /** The value of that name, or the gradient where it is that of a parameter. */
  valueNamed(name: string): Target | undefined;
}
