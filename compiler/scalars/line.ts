// What all lines of scalars are made with: letters and what they stand for, sums, and the signs of an example.
import { type Element, element, type Formula, number } from "../formula/tree.ts";
import { count, type Examples } from "./examples.ts";
import type { Places, Written } from "./function.ts";
import type { Network } from "./network.ts";
import { type Signing, type Signs, widthOf } from "./signs.ts";
import { type Ranges, total } from "./trees.ts";

/** One line: of it and of all others that its letters stand for. */
export interface ScalarLine {
  readonly left: Element | Extract<Formula, { kind: "partial" }>;
  readonly right: Formula;
  readonly ranges: Ranges;
}

export interface ScalarLines {
  readonly forward: readonly ScalarLine[];
  readonly errors: readonly ScalarLine[];
  readonly gradients: readonly ScalarLine[];
}

/** How functions are written: g and g′, by their names, or by ops. */
export type Style = "short" | "named" | "steps";

/** The loss on the page. */
export const lossSign: Element = element("L", []);

/** Terms of a sum, and neurons of a layer, that are written one by one. */
export const mostWritten = 4;

export const upTo = (last: number): number[] => Array.from({ length: last }, (_, at) => at + 1);

/** What lines are made with. */
export interface Making {
  readonly network: Network;
  readonly signs: Signing;
  readonly examples: Examples;
  readonly style: Style;
  /** Writes errors from the loss down: δₖ·wⱼₖ·g′ instead of g′·wⱼₖ·δₖ. */
  readonly isDown?: boolean;
  /** Has one line for all neurons of a layer, also where they are few. */
  readonly isGeneral?: boolean;
  /** Writes no sum term by term. */
  readonly isClosed?: boolean;
  /** What the activation of a layer is called. */
  gOf(layer: number): string;
}

/** Lines for the example `n`. */
export class LineMaker {
  protected readonly making: Making;
  protected readonly n: string | undefined;
  protected readonly signs: Signs;
  protected readonly depth: number;

  constructor(making: Making, n: string | undefined) {
    this.making = making;
    this.n = n;
    this.signs = making.signs.of(n);
    this.depth = making.network.layers.length;
  }

  /** The letter of a layer's own neurons. */
  protected letter(layer: number): string {
    return this.making.signs.notation === "index" && layer === this.depth ? "k" : "j";
  }

  protected width(layer: number): number {
    return widthOf(this.making.network, layer);
  }

  /** The numbers for which letters of a line about `layer` stand. */
  protected ranges(layer: number): Ranges {
    const { rows } = this.making.network;
    const examples = this.making.examples.numbers ?? (typeof rows === "number" ? upTo(rows) : []);
    const next = layer < this.depth ? { k: upTo(this.width(layer + 1)) } : {};
    return { i: upTo(this.width(layer - 1)), ...next, [this.letter(layer)]: upTo(this.width(layer)), l: upTo(this.width(layer)), n: examples };
  }

  protected line(layer: number, left: ScalarLine["left"], right: Formula): ScalarLine {
    return { left, right, ranges: this.ranges(layer) };
  }

  /** Neurons one by one where they are few, else one for all. */
  protected oneByOne(layer: number, letter = this.letter(layer)): string[] {
    const width = this.width(layer);
    if (this.making.isGeneral && width > 1) return [letter];
    return width <= mostWritten ? upTo(width).map(String) : [letter];
  }

  /** One neuron for all where their numbers begin with 1. */
  protected together(layer: number, letter = this.letter(layer)): string[] {
    const { signs } = this.making;
    return this.width(layer) > 1 && (layer === 0 || signs.offset(layer) === 0) ? [letter] : this.oneByOne(layer, letter);
  }

  protected sum(width: number, letter: string, term: (index: string) => Formula): Formula {
    const isWritten = width <= mostWritten && !(this.making.isClosed && width > 1);
    if (isWritten) return total(upTo(width).map((at) => term(String(at))));
    return { kind: "series", over: letter, body: term(letter), scalar: true };
  }

  /** What is written of a function in the style of the page; g in short. */
  protected written(written: Written, places: Places, short: Formula): Formula {
    const { style } = this.making;
    return style === "short" ? short : written[style](places);
  }

  /** The sum over the examples. */
  protected summed(term: (signs: Signs, n: number | undefined) => Formula): Formula {
    const { examples, signs } = this.making;
    if (this.n === undefined) return term(this.signs, 1);
    if (examples.numbers && examples.numbers.length <= mostWritten) {
      const terms = examples.numbers.map((n) => term(signs.of(String(n)), n));
      return total(terms.flatMap((each) => (each.kind === "operator" && each.op === "+" ? each.args : [each])));
    }
    return { kind: "series", over: "n", body: term(this.signs, undefined), scalar: true };
  }

  /** By how many examples a mean is divided. */
  protected divisor(): Formula | undefined {
    const { network, examples } = this.making;
    if (this.n === undefined || network.loss?.reduction !== "mean") return undefined;
    if (examples.numbers) return examples.numbers.length === 1 ? undefined : number(examples.numbers.length);
    return typeof network.rows === "number" ? number(network.rows) : count;
  }
}
