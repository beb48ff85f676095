// Which values of a graph have names of their own where formulas are written: those that are worth one, and those that would be longer than a line or stand too often.
import { isGuard } from "../formula/guards.ts";
import { type Formula, partsOf } from "../formula/tree.ts";
import type { Node } from "../ir/node.ts";
import { isOp } from "../ops/table.ts";
import { fillOf } from "../rewrite/fill.ts";
import type { Composition } from "./form.ts";
import { distinct } from "./names.ts";

/**
 * Limits in parts of a tree: a value is named whose repetitions would take so many, fewer where its name is known, any where that is the user's, a number or part of a rule that is
 * shared and has more, and any that is larger than a line, or than one of a rule, whose lines are not cut.
 */
const limits = { repeated: 10, known: 4, own: 2, shared: 13, line: 60, ofRule: 40 };

/** Names that values may have. */
export interface Nameable {
  /** Names for values that are worth one, such as the error of a layer. */
  readonly suggested: ReadonlyMap<Node, string>;
  /** Names for values that have to be introduced. */
  readonly fallback?: ReadonlyMap<Node, string>;
  /** Those among them that are named after values of the user. */
  readonly own?: ReadonlySet<Node>;
  /** What they are derivatives of, for those whose name stands for another value. */
  readonly derivatives?: ReadonlyMap<Node, Formula>;
  /** Names that are in use. */
  readonly taken: Set<string>;
  /** Whether what steps of any parameter share has a name only where that is long, as in the textbook's form of a rule. */
  readonly isRule?: boolean;
}

/** Steps, inputs before users, and how often each value is used. */
export interface Steps {
  readonly steps: readonly (readonly [Node, Composition])[];
  readonly uses: ReadonlyMap<Node, number>;
}

/** The number of parts of a tree that are written, counted no further than is of interest. */
function weight(formula: Formula): number {
  const stack = [formula];
  let count = 0;
  for (let part = stack.pop(); part && count <= limits.line; part = stack.pop()) {
    if (part.kind !== "view") count++;
    for (const inner of partsOf(part)) stack.push(inner);
  }
  return count;
}

/** What `node` is a multiple of by a number, if that is one of `known`. */
function multipleOf(node: Node, known: Nameable["fallback"]): Node | undefined {
  const [x, y] = node.inputs;
  if (!isOp(node, "mul") && !isOp(node, "div")) return undefined;
  if (x && y && known?.has(x) && fillOf(y) !== undefined) return x;
  return isOp(node, "mul") && x && y && known?.has(y) && fillOf(x) !== undefined ? y : undefined;
}

/** How often each value is used, where each use of what repeats it, or of what `isPassed` knows, is one of its own. */
function throughOthers(steps: Steps["steps"], uses: Steps["uses"], isPassed: (node: Node) => boolean): Steps["uses"] {
  const all = new Map(uses);
  for (const [node, { inputs }] of [...steps].reverse())
    if (isOp(node, "broadcast") || isPassed(node)) for (const input of inputs) all.set(input, (all.get(input) ?? 0) + (all.get(node) ?? 1) - 1);
  return all;
}

/** What names values, and knows which need one. */
export class Namer {
  private readonly naming: Nameable;
  private readonly uses: ReadonlyMap<Node, number>;
  /** What is told of all steps together needs a name for what each of them has. */
  private readonly stacked: ReadonlySet<Node>;
  private ordinal = 0;

  /** Parts of what would be too long. */
  private readonly cutOut: ReadonlySet<Node>;

  constructor(naming: Nameable, { steps, uses }: Steps, cutOut: ReadonlySet<Node>) {
    this.naming = naming;
    this.cutOut = cutOut;
    this.uses = throughOthers(steps, uses, (node) => this.isMultiple(node));
    this.stacked = new Set(steps.flatMap(([node]) => (isOp(node, "stack") ? node.body : [])));
  }

  /** The name of a step whose formula is `body`, or the derivative that it is, where it is worth one or has to have one. */
  nameFor(node: Node, body: Formula): string | Formula | undefined {
    if (!this.uses.has(node)) return undefined;
    const size = weight(body);
    const known = this.naming.suggested.get(node);
    if (known !== undefined && size > 1) return known;
    if (isGuard(body) || isOp(node, "broadcast") || this.isMultiple(node)) return undefined;
    if (!this.cutOut.has(node) && !(this.stacked.has(node) && size > 1) && !this.isHeavy(node, size)) return undefined;
    return this.introduced(node);
  }

  /** The name of a part that has to have one. */
  partName(part: Node): string | Formula {
    return this.naming.suggested.get(part) ?? this.introduced(part);
  }

  private introduced(node: Node): string | Formula {
    const { fallback, derivatives, taken } = this.naming;
    const usual = fallback?.get(node);
    return usual !== undefined && !taken.has(usual) ? distinct(usual, taken) : (derivatives?.get(node) ?? this.fresh());
  }

  private fresh(): string {
    const { taken } = this.naming;
    do this.ordinal++;
    while (taken.has(`v${this.ordinal}`));
    return distinct(`v${this.ordinal}`, taken);
  }

  /** Whether a value is said by the name of what it is a multiple of. */
  private isMultiple(node: Node): boolean {
    return !this.cutOut.has(node) && !this.naming.fallback?.has(node) && multipleOf(node, this.naming.fallback) !== undefined;
  }

  private limitFor(node: Node): number {
    const { fallback, derivatives, own } = this.naming;
    if (own?.has(node)) return limits.own;
    return fallback?.has(node) || derivatives?.has(node) ? limits.known : limits.repeated;
  }

  /** Whether a formula of so many parts is larger than a line, or its repetitions take too much room. */
  private isHeavy(node: Node, size: number): boolean {
    const more = (this.uses.get(node) ?? 0) - 1;
    if (size > (this.naming.isRule ? limits.ofRule : limits.line)) return true;
    if (this.naming.isRule || node.shape.length === 0 || node.dtype === "bool") return size > limits.shared && more > 0;
    return (size - 1) * more >= this.limitFor(node);
  }
}
