// A derivation as data: what is printed, and what JSON holds.
import type { Definition } from "../formula/equation.ts";
import type { Formula } from "../formula/tree.ts";
import type { Position } from "../ir/node.ts";
import type { Rule } from "./rule.ts";

/** A line of the forward pass through which the gradient goes, and the rules that are used there. */
export interface Path {
  /** As the page has it, or what the layer gives before its activation. */
  readonly line: Definition;
  /** The same in the form that runs and is differentiated, where that is another. */
  readonly stable?: Formula;
  /** Where it was written. */
  readonly place?: Position;
  readonly rules: readonly Rule[];
}

/** What holds after a step. */
export interface Derived extends Definition {
  /** Names in it that neither the page nor a line above says the meaning of. */
  readonly where: readonly Definition[];
  /** What is known by which the line above is this one. */
  readonly because?: string;
  /** Whether it is, letter by letter, a line of the page. */
  readonly isOnPage: boolean;
}

/** From the loss, or from the values that were reached before, to one more. */
export interface DerivationStep {
  /** Several where the contributions of several lines are added up. */
  readonly paths: readonly Path[];
  /** The same in several forms where the page has another; the last is that of the page. */
  readonly lines: readonly Derived[];
  /** What each of the lines gives, where numbers were put in. */
  readonly value?: { readonly shape: readonly number[]; readonly data: readonly number[] };
}

/** The derivation of a gradient. */
export interface Derivation {
  /** What is differentiated, and the full name of what by. */
  readonly of: string;
  readonly by: string;
  readonly steps: readonly DerivationStep[];
  /** What its signs and functions mean. */
  readonly conventions: readonly string[];
}
