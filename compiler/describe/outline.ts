import { hasPlaces, showsPlaces } from "../formula/by-element.ts";
import type { Definition } from "../formula/equation.ts";
import { tidy } from "../formula/tidy.ts";
import { type Formula, indicator, partsOf, variable } from "../formula/tree.ts";
import type { Node } from "../ir/node.ts";
import { withoutBodies } from "../ir/walk.ts";
import { isOp, recordOf } from "../ops/table.ts";
import { asOperand, lettersAcross, withReshape } from "./axes-said.ts";
import type { Composition } from "./form.ts";
import { formOf } from "./forms.ts";
import type { LoopTexts } from "./loops.ts";
import { distinct } from "./names.ts";

/** Limits in parts of a tree: a value is named whose repetitions would take so many, fewer where its name is known, a number or part of a rule that is shared and has more, and any that is larger than a line. */
const limits = { repeated: 10, known: 4, shared: 13, line: 40 };

/** Formulas of a graph in which nothing is larger than a line: what would be has a name of its own. */
export interface Outline {
  /** The formula of each root. */
  readonly bodies: ReadonlyMap<Node, Formula>;
  /** The names that had to be introduced, as formulas write them, with what they stand for. */
  readonly introduced: ReadonlyMap<string, readonly Definition[]>;
  /** The values that have them, in order of computation. */
  readonly named: ReadonlyMap<Node, string>;
}

/** What formulas call the values of a graph. */
export interface Naming {
  /** Values that formulas stop at. */
  readonly stops: ReadonlyMap<Node, Formula>;
  /** Names for values that are worth one, such as the error of a layer. */
  readonly suggested: ReadonlyMap<Node, string>;
  /** Names for values that have to be introduced. */
  readonly fallback?: ReadonlyMap<Node, string>;
  /** Names that are in use. */
  readonly taken: Set<string>;
  /** Whether what steps of any parameter share has a name only where that is long, as in the textbook's form of a rule. */
  readonly isRule?: boolean;
  /** How loops are written. */
  readonly loops: Pick<LoopTexts, "lines" | "compositionOf">;
  /** A step as a formula; `compositionOf` unless stated. */
  readonly compose?: Compose;
}

/** The value of `node` by name. */
export const reference = (node: Node, name: string): Formula => scalarMark(node, variable(name, node.loops.length > 0 ? "t" : undefined));

/** A variable as it is written: at one step or at all. */
export const keyOfName = (name: string, step?: string): string => `${name} ${step ?? ""}`;

const scalarMark = (node: Node, formula: Formula): Formula => (node.shape.length === 0 && !formula.scalar ? { ...formula, scalar: true } : formula);

export type Compose = (node: Node) => Composition;

/** The op of `node` itself, whatever form it has. */
export const opStep: Compose = (node) => ({ inputs: node.inputs, build: (xs) => recordOf(node).formula(lettersAcross(node, xs), node.params, node) });

/** One step of mathematics: a named form where one matches, else the op itself. */
export const compositionOf: Compose = (node) => formOf(node) ?? opStep(node);

/** The steps that the formulas of `roots` consist of, inputs before users, and how often each value is used. */
function stepsOf(
  roots: readonly Node[],
  { stops, loops, compose = compositionOf }: Pick<Naming, "stops" | "loops" | "compose">,
): { steps: [Node, Composition][]; uses: Map<Node, number> } {
  const steps = new Map<Node, Composition>();
  const uses = new Map<Node, number>();
  const stack = [...roots];
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (steps.has(node)) continue;
    const step = loops.compositionOf(node) ?? throughNoName(node, compose(node), stops);
    steps.set(node, step);
    for (const input of step.inputs) {
      uses.set(input, (uses.get(input) ?? 0) + 1);
      if (!stops.has(input)) stack.push(input);
    }
  }
  return { steps: inOrder(steps), uses };
}

/** `step` of `node`, or what is nearer or its op where the named form `step` is made of what has a name of its own: that is said by its name. */
function throughNoName(node: Node, step: Composition, stops: Naming["stops"]): Composition {
  const ends = new Set(step.inputs);
  const stack = node.inputs.filter((input) => !ends.has(input));
  const seen = new Set(stack);
  let below: ReadonlySet<Node> | undefined;
  for (let inner = stack.pop(); inner; inner = stack.pop()) {
    if (inner.inputs.length > 0 && stops.has(inner)) {
      // A form may be of a node that was made for it, of what it is said of.
      below ??= new Set(withoutBodies(step.inputs));
      if (below.has(inner)) continue;
      return step.nearer ? throughNoName(node, step.nearer, stops) : opStep(node);
    }
    for (const input of inner.inputs) if (!ends.has(input) && !seen.has(input)) stack.push(...(seen.add(input) && [input]));
  }
  return step;
}

/** Steps with those before them that they are made of, which may be made of nodes that were made later. */
function inOrder(steps: ReadonlyMap<Node, Composition>): [Node, Composition][] {
  const done = new Map<Node, Composition>();
  const stack = [...steps.keys()].sort((a, b) => b.id - a.id);
  for (let node = stack.at(-1); node; node = stack.at(-1)) {
    const step = steps.get(node) as Composition;
    const open = done.has(node) ? [] : step.inputs.filter((input) => steps.has(input) && !done.has(input)).sort((a, b) => b.id - a.id);
    if (open.length > 0) stack.push(...open);
    else done.set(stack.pop() as Node, step);
  }
  return [...done];
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

/** The formulas of `roots`, stopping at the named values of `naming`. A loop over the graph, so that any depth will do. */
export function outline(wanted: readonly Node[], naming: Naming): Outline {
  const { stops, suggested, taken, loops, isRule = false } = naming;
  const roots = [...wanted, ...loops.lines.map(({ value }) => value)];
  const { steps, uses } = stepsOf(roots, naming);
  const bodies = new Map<Node, Formula>();
  const references = new Map<Node, Formula>(stops);
  const introduced = new Map<string, readonly Definition[]>();
  const named = new Map<Node, string>();
  const rooted = new Set(roots);
  const held = new Set([...stops.values()].map(keyOf));
  // What is told of all steps together needs a name for what each of them has.
  const stacked = new Set(steps.flatMap(([node]) => (isOp(node, "stack") ? node.body : [])));
  let ordinal = 0;

  const freshName = (): string => {
    do ordinal++;
    while (taken.has(`v${ordinal}`));
    return distinct(`v${ordinal}`, taken);
  };
  const isHeavy = (node: Node, size: number): boolean => {
    const more = (uses.get(node) ?? 0) - 1;
    if (isRule || node.shape.length === 0 || node.dtype === "bool") return size > limits.line || (size > limits.shared && more > 0);
    return size > limits.line || (size - 1) * more >= (naming.fallback?.has(node) ? limits.known : limits.repeated);
  };
  const nameFor = (node: Node, body: Formula): string | undefined => {
    const size = weight(body);
    const known = suggested.get(node);
    if (known !== undefined && size > 1) return known;
    if (!(stacked.has(node) && size > 1) && !isHeavy(node, size)) return undefined;
    const usual = naming.fallback?.get(node);
    if (usual !== undefined && !taken.has(usual)) return distinct(usual, taken);
    return freshName();
  };
  const written = (node: Node, { inputs, build }: Composition): Formula =>
    scalarMark(node, tidy(build(inputs.map((input) => asOperand(node, input, references.get(input) as Formula)))));
  const introduce = (node: Node, body: Formula, name: string): void => {
    references.set(node, reference(node, name));
    named.set(node, name);
    const right = node.dtype === "bool" ? indicator(body) : withReshape(node, body);
    for (const key of keysOf(node, name)) if (!held.has(key)) introduced.set(key, [{ left: reference(node, name), right }]);
  };
  /** The same, with names for those of its parts that only a line by elements can tell, where it is none itself. */
  const writtenByNames = (node: Node, step: Composition): Formula => {
    const body = written(node, step);
    if (node.loops.length > 0 || showsPlaces(body)) return body;
    for (const input of step.inputs) {
      const part = references.get(input) as Formula;
      if (hasPlaces(part)) introduce(input, part, suggested.get(input) ?? freshName());
    }
    return written(node, step);
  };
  for (const [node, step] of steps) {
    const body = writtenByNames(node, step);
    if (rooted.has(node)) bodies.set(node, withReshape(node, body));
    if (references.has(node)) continue;
    const name = uses.has(node) ? nameFor(node, body) : undefined;
    if (name === undefined) references.set(node, body);
    else introduce(node, body, name);
  }
  for (const { used, left, value } of loops.lines) {
    const key = keyOf(used);
    introduced.set(key, [...(introduced.get(key) ?? []), { left, right: bodies.get(value) as Formula }]);
  }
  return { bodies, introduced, named };
}

/** How formulas may write what is introduced: what differs from step to step at one of them, at the last, or at all. */
const keysOf = (node: Node, name: string): string[] =>
  (node.loops.length > 0 ? ["t", "T", "1", undefined] : [undefined]).map((step) => keyOfName(name, step));

const keyOf = (formula: Formula): string => (formula.kind === "variable" ? keyOfName(formula.name, formula.step) : "");

/** The formula of one value, written out down to the values of `stops`. */
export function formulaOf(node: Node, stops: ReadonlyMap<Node, Formula>, compose?: Compose): Formula {
  const loops: Naming["loops"] = { lines: [], compositionOf: () => undefined };
  return outline([node], { stops, suggested: new Map(), taken: new Set(), loops, ...(compose && { compose }) }).bodies.get(node) as Formula;
}
