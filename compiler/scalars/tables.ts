// The numbers of a page of scalars as tables: all that one sign stands for, wᵢⱼ⁽²⁾ for every i and j, with the data of those that are given.
import { print } from "../formula/notation.ts";
import { text } from "../formula/text.ts";
import { type Element, element } from "../formula/tree.ts";
import { elementAt } from "../ir/element.ts";
import { count } from "./examples.ts";
import { lossSign } from "./line.ts";
import type { Given } from "./numbers.ts";
import type { Written } from "./page.ts";
import { isActive, type Signs, widthOf } from "./signs.ts";

/** The numbers along one axis of a table. */
export interface Axis {
  readonly letter: string;
  /** How many there are; of examples as many as there are rows. */
  readonly extent: number | "rows";
  /** How many neurons are before these where neurons are numbered through the network. */
  readonly offset: number;
}

/** All numbers of one sign. */
export interface SignTable {
  /** The sign with letters for its numbers, `wᵢⱼ⁽²⁾`, or those that there are one of: `wᵢ₁⁽²⁾`. */
  readonly name: string;
  readonly axes: readonly Axis[];
  /** The layer whose neurons stand along the last axis. */
  readonly layer: number;
  /** Set where it is the derivative of that by the sign. */
  readonly of?: string;
  /** The name of the table of the derivatives by it, where that has a sign of its own. */
  readonly slope?: string;
  /** Whether it is of what stands before an activation. */
  readonly isBefore?: boolean;
  signAt(index: readonly string[]): Element;
  /** The data for the examples `rows`, of what is given. */
  readonly given?: (data: Given, rows: readonly number[]) => ArrayLike<number>;
}

/** A table before it has a name. */
type Unnamed = Omit<SignTable, "name">;

/** How a sign is written. */
export const signText = (sign: Element, of?: string): string => print(of === undefined ? sign : { kind: "partial", of, by: sign }, text);

/** The index that a table has in its name. */
const generalIndex = (axes: readonly Axis[]): string[] => axes.map(({ letter, extent }) => (extent === 1 ? "1" : letter));

const named = (table: Unnamed): SignTable => ({ ...table, name: signText(table.signAt(generalIndex(table.axes)), table.of) });

/** Makes the tables of a page. */
class Tables {
  private readonly written: Written;
  private readonly depth: number;
  private readonly rows: readonly Axis[];
  private readonly signs = new Map<string | undefined, Signs>();

  constructor(written: Written) {
    this.written = written;
    this.depth = written.network.layers.length;
    const isOfRows = written.signs.notation === "index" && written.network.rows !== undefined;
    this.rows = isOfRows ? [{ letter: "n", extent: "rows", offset: 0 }] : [];
  }

  /** The signs of example `n`, which are made once. */
  private signsOf(n: string | undefined): Signs {
    const found = this.signs.get(n) ?? this.written.signs.of(n);
    this.signs.set(n, found);
    return found;
  }

  private width(layer: number): number {
    return widthOf(this.written.network, layer);
  }

  private axis(layer: number, letter: string): Axis {
    const { signs } = this.written;
    return { letter, extent: this.width(layer), offset: layer === 0 ? 0 : signs.offset(layer) };
  }

  private letter(layer: number): string {
    return this.written.signs.notation === "index" && layer === this.depth ? "k" : "j";
  }

  /** A table with a number for each example and each neuron of a layer. */
  private ofExamples(layer: number, letter: string, sign: (signs: Signs, j: string) => Element): Unnamed {
    const front = this.rows.length;
    return {
      axes: [...this.rows, this.axis(layer, letter)],
      layer,
      signAt: (index) => sign(this.signsOf(front > 0 ? index[0] : undefined), index[front] as string),
    };
  }

  /** A table with a number for each neuron of a layer. */
  private ofNeurons(layer: number, letter: string, sign: (signs: Signs, j: string) => Element): Unnamed {
    const own = this.written.signs.of(undefined);
    return { axes: [this.axis(layer, letter)], layer, signAt: ([j]) => sign(own, j as string) };
  }

  private single(sign: Element): Unnamed {
    return { axes: [], layer: this.depth, signAt: () => sign };
  }

  /** The rows of an input of which each example has `width` numbers. */
  private dataOf(name: string, width: number): NonNullable<SignTable["given"]> {
    return (data, rows) => {
      const all = data.get(name) as ArrayLike<number>;
      return rows.flatMap((n) => Array.from({ length: width }, (_, j) => all[n * width + j] as number));
    };
  }

  private inputs(): Unnamed[] {
    const { network } = this.written;
    const input = { ...this.ofExamples(0, "i", (signs, i) => signs.input(i)), given: this.dataOf(network.input.params.name, this.width(0)) };
    if (!network.standardized) return [input];
    const { mean, deviation } = network.standardized;
    return [
      input,
      { ...this.ofNeurons(0, "i", (signs, i) => signs.mean(i)), given: (data) => data.get(mean.params.name) as ArrayLike<number> },
      { ...this.ofNeurons(0, "i", (signs, i) => signs.deviation(i)), given: (data) => data.get(deviation.params.name) as ArrayLike<number> },
      this.ofExamples(0, "i", (signs, i) => signs.after(0, i)),
    ];
  }

  private weights(layer: number): Unnamed[] {
    const { network, signs } = this.written;
    const { weight, bias } = elementAt(network.layers, layer - 1);
    const own = signs.of(undefined);
    const [from, to] = [this.axis(layer - 1, "i"), this.axis(layer, this.letter(layer))];
    const table: Unnamed = { axes: [from, to], layer, signAt: ([i, j]) => own.weight(layer, i as string, j as string) };
    const biases = this.ofNeurons(layer, this.letter(layer), (_, j) => own.bias(layer, j));
    const all = [
      { ...table, given: (data: Given) => data.get(weight.params.name) as ArrayLike<number> },
      ...(bias ? [{ ...biases, given: (data: Given) => data.get(bias.params.name) as ArrayLike<number> }] : []),
    ];
    return [...all, ...all.map(({ given: _, ...each }) => ({ ...each, of: "L" }))];
  }

  private layer(layer: number): Unnamed[] {
    const letter = this.letter(layer);
    const of = (sign: (signs: Signs, j: string) => Element) => this.ofExamples(layer, letter, sign);
    const values = of((signs, j) => signs.after(layer, j));
    const [error, errorAfter] = [of((signs, j) => signs.error(layer, j)), of((signs, j) => signs.errorAfter(layer, j))];
    const before = { ...of((signs, j) => signs.before(layer, j)), slope: named(error).name, isBefore: true };
    if (!isActive(this.written.network, layer)) return [before, values, error];
    const isOfModules = this.written.signs.notation === "modules";
    return [before, isOfModules ? { ...values, slope: named(errorAfter).name } : values, error, errorAfter, { ...values, of: "L" }];
  }

  /** What the loss is compared with and made of. */
  private loss(): Unnamed[] {
    const { loss, penalties } = this.written.network;
    if (!loss) return [];
    const width = this.width(this.depth);
    const of = (sign: (signs: Signs, k: string) => Element) => this.ofExamples(this.depth, this.letter(this.depth), sign);
    const target = of((signs, k) => (loss.kind === "classes" ? signs.truth(k) : signs.target(k)));
    const name = loss.target?.params.name;
    const data = name === undefined ? undefined : this.dataOf(name, width);
    const classes: NonNullable<SignTable["given"]> = (all, rows) =>
      rows.flatMap((n) => Array.from({ length: width }, (_, k) => Number((all.get(name as string) as ArrayLike<number>)[n] === k)));
    const isOfClasses = loss.kind === "classes" && loss.ignored !== undefined;
    const numbered = penalties.map((_, at) => this.single(element("R", penalties.length > 1 ? [String(at + 1)] : [])));
    return [
      ...(data ? [{ ...target, given: isOfClasses ? classes : data }] : []),
      ...(loss.kind === "classes" ? this.shares(loss.weights) : []),
      ...numbered,
      ...(this.rows.length > 0 ? [{ ...this.single(count), given: (_: Given, rows: readonly number[]) => [rows.length] }] : []),
      this.single(lossSign),
    ];
  }

  private shares(weights: readonly number[] | undefined): Unnamed[] {
    const letter = this.letter(this.depth);
    const own: Unnamed = { axes: this.rows, layer: this.depth, signAt: ([n]) => this.signsOf(n).ownWeight };
    return [
      this.ofExamples(this.depth, letter, (each, k) => each.share(k)),
      this.ofExamples(this.depth, letter, (each, k) => each.counts(k)),
      own,
      ...(weights ? [{ ...this.ofNeurons(this.depth, letter, (each, k) => each.classWeight(k)), given: () => weights }] : []),
    ];
  }

  all(): SignTable[] {
    const layers = this.written.network.layers.map((_, at) => at + 1);
    const inputs = this.inputs();
    const slopes = inputs.slice(0, 1).map(({ given: _, ...each }) => ({ ...each, of: "L" }));
    const found = [...inputs, ...slopes, ...layers.flatMap((layer) => [...this.weights(layer), ...this.layer(layer)]), ...this.loss()];
    const all = found.map(named);
    return all.filter(({ name }, at) => all.findIndex((other) => other.name === name) === at);
  }
}

/** The tables of a page, those that are given and all for which it may have lines. */
export const tablesOf = (written: Written): SignTable[] => new Tables(written).all();
