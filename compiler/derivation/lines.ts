// The lines of a derivation in the names of the page.
import type { Sections } from "../describe/describe.ts";
import { keyOfLeft, keyOfName, type Outline, reference } from "../describe/outline.ts";
import { usesIn } from "../describe/uses.ts";
import { hasPlaces } from "../formula/by-element.ts";
import type { Definition } from "../formula/equation.ts";
import { byElements } from "../formula/lettered.ts";
import { type Formula, partsIn, partsOf } from "../formula/tree.ts";
import type { Node, Passage } from "../ir/node.ts";
import { fillOf } from "../rewrite/fill.ts";
import { words } from "../words/words.ts";
import type { Derived, Path } from "./derivation.ts";
import type { Stop } from "./stops.ts";

interface Page {
  /** The gradient that is derived. */
  readonly name: string;
  /** What is differentiated. */
  readonly of: string;
  readonly names: ReadonlyMap<Node, string>;
}

/** The gradient at a stop. */
interface Adjoint {
  /** As the chain rule makes it of those above; undefined where it goes through a loop, whose errors the page writes step by step. */
  readonly step: Node | undefined;
  /** As it is as a whole. */
  readonly whole: Node;
  /** What stands for it in the steps below. */
  readonly standing: Node;
  /** As the page has it, where it has it. */
  readonly onPage: Node | undefined;
  readonly isLast: boolean;
  /** Between the two forms, what a passage says of it. */
  readonly opened?: Opened;
}

/** A gradient before something that is known makes it shorter. */
export interface Opened {
  readonly at: Node;
  readonly gradient: Node;
  readonly known?: Passage["known"];
}

export class Lines {
  readonly of: string;
  private readonly sections: Sections;
  private readonly name: string;
  /** What formulas call values by. */
  private readonly values: Map<Node, Formula>;
  /** The same with gradients that were reached: e = y − t may be one, which is e where it stands in a loss. */
  private readonly names: Map<Node, Formula>;
  private readonly told = new Set<string>();
  private readonly written = new Set<string>();
  private readonly introduced = new Set<string>();

  constructor(sections: Sections, { name, of, names }: Page) {
    this.sections = sections;
    this.name = name;
    this.of = of;
    this.values = new Map([...names].map(([node, text]) => [node, reference(node, text)]));
    this.names = new Map(this.values);
  }

  /** Calls the value `node` by `name` unless it has one. */
  call(node: Node, name: string): void {
    for (const names of [this.values, this.names]) if (!names.has(node)) names.set(node, reference(node, name));
  }

  /** Writes `node` as the formula of `meant`, if that needs no name of its own. */
  write(node: Node, meant: Node): boolean {
    const formula = this.shortly(meant);
    if (formula) this.names.set(node, formula);
    return formula !== undefined;
  }

  /** The line of the loss; in another form than that of the page where `isDetour`, of which all is said in one line where it `isWhole`. */
  loss(node: Node, { isDetour, isWhole }: { readonly isDetour: boolean; readonly isWhole: boolean }): Pick<Path, "line" | "stable"> {
    const twice = isDetour ? undefined : this.twice(this.of);
    if (twice) return twice;
    const line = this.sections.forward.lines.get(this.of);
    const stable = this.sections.stable.lines.get(this.of)?.right;
    return this.line(line?.left ?? (this.names.get(node) as Formula), node, isDetour && isWhole ? (stable ?? line?.right) : undefined);
  }

  /** The line of another value of the forward pass, which is computed as `runs` where that is another. */
  value(node: Node, runs: Node | undefined, isDetour: boolean): Pick<Path, "line" | "stable"> {
    const left = this.names.get(node) as Formula;
    const twice = isDetour || left.kind !== "variable" ? undefined : this.twice(left.name);
    return twice ?? this.line(left, node, runs && runs !== node ? this.bodyOf(runs, this.values).right : undefined);
  }

  /** The line of a value that the page has as it was written and, in another form, as it runs. */
  private twice(name: string): Pick<Path, "line" | "stable"> | undefined {
    const { forward, stable } = this.sections;
    const [line, runs] = [forward.lines.get(name), stable.lines.get(name)];
    return line && runs && !isEqual(line.right, runs.right) ? { line: { left: line.left, right: line.right }, stable: runs.right } : undefined;
  }

  private line(left: Formula, node: Node, runs: Formula | undefined): Pick<Path, "line" | "stable"> {
    const { right, outline } = this.bodyOf(node, this.values);
    return { line: this.byPlaces({ left, right }, node, outline), ...(runs && !isEqual(runs, right) && { stable: runs }) };
  }

  /** What holds at `stop`, whose gradient has a name from now on: as it is made of those above, then as the page has it. */
  derived({ name, image }: Stop, { step, whole, standing, onPage, isLast, opened }: Adjoint): Derived[] {
    const { outline } = this.sections.gradients;
    const page = onPage ? this.onPage(onPage, isLast) : [];
    const gradient: Formula = { kind: "derivative", of: this.of, by: name, ...(image.shape.length === 0 && { scalar: true }) };
    const [head] = page;
    // A part of a formula that the page calls v1 is here said to be the gradient that it is.
    const isPart = head?.left.kind === "variable" && /^v\d/.test(head.left.name);
    const left = head && !isPart ? head.left : gradient;
    const made = step ?? whole;
    const known = this.names.get(made);
    const own = known ? { right: known, outline } : this.bodyOf(made);
    // What goes through a loop is made of whole gradients.
    for (const node of fillOf(whole) === undefined ? [standing, whole] : [standing]) if (!this.names.has(node)) this.names.set(node, left);
    // What names no gradient above that the page has no name for is the line of the page.
    const isOther = head === undefined || !isEqual(own.right, head.right);
    const isNew = page.length === 0 || (isOther && step !== undefined && this.hasGradients(own.right, own.outline));
    const between = opened && head ? this.opened(opened, head) : [];
    return [
      ...(isNew ? [this.telling(this.byPlaces({ left, right: own.right }, made, own.outline), own.outline, false)] : []),
      ...between,
      ...page.map((line, at) => ({
        ...this.telling(line, outline, true),
        ...(at === 0 && between.length > 0 && opened?.known && { because: words.derivation.known[opened.known] }),
      })),
      ...(isPart && !isLast ? [this.telling({ left, right: head.left }, outline, false)] : []),
    ];
  }

  /** The line of the opened form of what the page has as `head`, where that is another. */
  private opened({ gradient }: Opened, { left, right: shown }: Definition): Derived[] {
    const { right, outline } = this.bodyOf(gradient);
    return isEqual(right, shown) ? [] : [this.telling({ left, right }, outline, false)];
  }

  /** The lines of the page for a gradient: that of the error that it is, and where it is the last its own. */
  private onPage(onPage: Node, isLast: boolean): Definition[] {
    const { lines, outline } = this.sections.gradients;
    const error = outline.named.get(onPage);
    const derivative = outline.derivatives.get(onPage);
    const called = error ?? (derivative && calledBy(derivative));
    const key = error === undefined ? called : keyOfName(error);
    const definitions = key === undefined || this.written.has(called as string) ? [] : (outline.introduced.get(key) ?? []).slice(0, 1);
    if (called !== undefined) this.written.add(called);
    return [...definitions, ...(isLast ? [lines.get(this.name) as Definition] : [])];
  }

  /** The formula of a value of the forward pass where it needs no name of its own. */
  shortly(node: Node): Formula | undefined {
    const known = this.names.get(node);
    const outline = this.sections.write([node], this.names, this.introduced);
    const body = outline.bodies.get(node) as Formula;
    const introduced = new Set(outline.named.values());
    // Loops have names for values of their own, whatever is written.
    const isOwn = partsIn(body).some((part) => part.kind === "variable" && introduced.has(part.name));
    return known ?? (isOwn ? undefined : body);
  }

  private bodyOf(node: Node, names = this.names): { readonly right: Formula; readonly outline: Outline } {
    const outline = this.sections.write([node], names, this.introduced);
    for (const name of outline.named.values()) this.introduced.add(name);
    return { right: outline.bodies.get(node) as Formula, outline };
  }

  /** The line of `node` by its elements, where it has places along axes. */
  private byPlaces(line: Definition, { shape }: Node, { named }: Outline): Definition {
    if (!hasPlaces(line.right)) return line;
    const called = [...this.names].flatMap(([node, known]) => (known.kind === "variable" ? [[known.name, node] as const] : []));
    const known = new Map([...this.sections.symbols, ...[...named].map(([node, name]) => [name, node] as const), ...called]);
    const taken = [...known.keys()].filter((name) => name.length === 1);
    const elements = byElements(line.right, { shape, taken, isRepeated: false, shapeOf: (name) => known.get(name)?.shape });
    return { ...line, ...elements };
  }

  /** The line with what its names mean, where that is neither a line of the derivation nor was told before. */
  private telling({ left, letters, right }: Definition, { introduced, ...outline }: Outline, isOnPage: boolean): Derived {
    const known = { ...outline, introduced: new Map([...this.sections.forward.outline.introduced, ...introduced]) };
    const where: Definition[] = [];
    const queue = [right];
    for (const formula of queue) {
      for (const { key, definition, isMeaning } of usesIn(formula, known)) {
        if (isMeaning || this.told.has(key) || this.isHead(definition)) continue;
        this.told.add(key);
        where.push(definition);
        queue.push(definition.right);
      }
    }
    return { left, ...(letters && { letters }), right, where, isOnPage };
  }

  /** Whether a gradient is written as one in `right`, or in what its names stand for. */
  private hasGradients(right: Formula, outline: Outline): boolean {
    const queue = [right];
    for (const formula of queue) {
      if (hasDerivative(formula)) return true;
      for (const { definition, isMeaning } of usesIn(formula, outline))
        if (!isMeaning && !queue.includes(definition.right) && !this.isHead(definition)) queue.push(definition.right);
    }
    return false;
  }

  private isHead({ left }: Definition): boolean {
    return this.written.has(calledBy(left)) || [...this.names.values()].some((known) => isEqual(known, left));
  }
}

/** What a line is about, at whichever step: a name, or the key of a derivative. */
const calledBy = (left: Formula): string => (left.kind === "variable" ? left.name : keyOfLeft(left));

const hasDerivative = (formula: Formula): boolean => formula.kind === "derivative" || partsOf(formula).some(hasDerivative);

const isEqual = (a: Formula, b: Formula): boolean => JSON.stringify(a) === JSON.stringify(b);
