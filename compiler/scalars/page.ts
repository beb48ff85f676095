// A page of scalars: a network in the signs of a notation.

import { type Line, sidesOf } from "../formula/equation.ts";
import { isOfPi } from "../formula/exact.ts";
import { partsIn } from "../formula/tree.ts";
import { words } from "../words/words.ts";
import { alone, type Examples } from "./examples.ts";
import { type Activations, activationsOf } from "./functions.ts";
import type { Making, ScalarLine } from "./line.ts";
import { linesOf } from "./lines.ts";
import type { Network } from "./network.ts";
import { type Notation, type Signing, signing } from "./signs.ts";
import { conventionsOf, titles } from "./words.ts";

/** A part of a page with its title. */
export interface Part {
  readonly title: string;
  readonly lines: readonly Line[];
}

/** What is read from top to bottom. */
export interface ScalarPage {
  readonly conventions: readonly string[];
  readonly parts: readonly Part[];
}

/** A network with what its page is written by. */
export interface Written {
  readonly network: Network;
  readonly signs: Signing;
  readonly activations: Activations;
  readonly examples: Examples;
}

/** A network in a notation, of a batch of any size unless the examples are known. */
export function writtenIn(network: Network, notation: Notation, known?: Examples): Written {
  const rows = typeof network.rows === "number" && notation === "index" ? Array.from({ length: network.rows }, (_, at) => at + 1) : undefined;
  const examples = known ?? (rows ? { ...alone, numbers: rows } : alone);
  return { network, signs: signing(network, notation), activations: activationsOf(network), examples };
}

/** What lines are made with, g by its letter where the notation has one. */
export const makingOf = ({ network, signs, examples, activations }: Written, style: Making["style"]): Making => ({
  network,
  signs,
  examples,
  style,
  gOf: activations.gOf,
});

export const asLine = ({ left, right }: ScalarLine): Line => ({ left, sign: "=", right, where: [] });

/** The parts that hold something. */
export const filled = (parts: readonly Part[]): Part[] => parts.filter(({ lines }) => lines.length > 0);

/** The page of formulas. */
export function scalarPage(written: Written): ScalarPage {
  const { network, signs, activations } = written;
  const isShort = signs.notation === "neurons";
  const { forward, errors, gradients } = linesOf(makingOf(written, isShort ? "short" : "named"));
  const parts: Part[] = [
    { title: titles.functions, lines: isShort ? activations.values : activations.meanings },
    { title: titles.forward, lines: forward.map(asLine) },
    { title: titles.errors, lines: errors.map(asLine) },
    { title: titles.gradients, lines: gradients.map(asLine) },
    { title: titles.slopes, lines: isShort && network.loss ? activations.slopes(signs) : [] },
  ];
  const circle = parts.some(({ lines }) => lines.flatMap(sidesOf).flatMap(partsIn).some(isOfPi)) ? [words.signs.pi] : [];
  return { conventions: [...conventionsOf(network, signs), ...circle], parts: filled(parts) };
}
