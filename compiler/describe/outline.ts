import { hasPlaces, showsPlaces } from "../formula/by-element.ts";
import type { Definition } from "../formula/equation.ts";
import { unviewed } from "../formula/guards.ts";
import { tidy } from "../formula/tidy.ts";
import { type Formula, indicator, inShape, variable } from "../formula/tree.ts";
import type { Node } from "../ir/node.ts";
import { withoutBodies } from "../ir/walk.ts";
import { isOp, recordOf } from "../ops/table.ts";
import { asOperand, lettersAcross, withReshape } from "./axes-said.ts";
import { cutOut, isLong } from "./cuts.ts";
import type { Composition } from "./form.ts";
import { formOf } from "./forms.ts";
import type { LoopTexts } from "./loops.ts";
import { type Nameable, Namer, type Steps } from "./namer.ts";

/** Formulas of a graph in which nothing is larger than a line: what would be has a name of its own. */
export interface Outline {
  /** The formula of each root. */
  readonly bodies: ReadonlyMap<Node, Formula>;
  /** The names that had to be introduced, as formulas write them, with what they stand for. */
  readonly introduced: ReadonlyMap<string, readonly Definition[]>;
  /** The values that have them, in order of computation. */
  readonly named: ReadonlyMap<Node, string>;
  /** Those among them that have one only because a line was too long. */
  readonly cut: ReadonlySet<Node>;
  /** The gradients of parts of parameters that were met, as the derivatives that they are. */
  readonly slopes: ReadonlyMap<Node, Formula>;
  /** Those of other values that had to have a name. */
  readonly derivatives: ReadonlyMap<Node, Formula>;
}

/** What formulas call the values of a graph. */
export interface Naming extends Nameable {
  /** Values that formulas stop at. */
  readonly stops: ReadonlyMap<Node, Formula>;
  /** How loops are written. */
  readonly loops: Pick<LoopTexts, "lines" | "compositionOf">;
  /** What gradients of parts of parameters are called. */
  readonly slopes?: ReadonlyMap<Node, Formula>;
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

/** The steps that the formulas of `roots` consist of. */
function stepsOf(roots: readonly Node[], { stops, loops, compose = compositionOf }: Pick<Naming, "stops" | "loops" | "compose">): Steps {
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

/** The formulas of `wanted`, stopping at the named values of `naming`, again until no line is too long. A loop over the graph, so that any depth will do. */
export function outline(wanted: readonly Node[], naming: Naming): Outline {
  const roots = [...wanted, ...naming.loops.lines.map(({ value }) => value)];
  const steps = stepsOf(roots, naming);
  const [cut, kept] = [new Set<Node>(), new Set<Node>()];
  for (;;) {
    const outliner = new Outliner(roots, { ...naming, taken: new Set(naming.taken) }, steps, new Set([...cut, ...kept]));
    const outlined = outliner.outlined();
    const more = naming.isRule ? [] : outliner.cuts(cut);
    if (more.length === 0) return { ...outlined, cut };
    // What has a name keeps it where its line becomes short.
    for (const part of [...outlined.named.keys(), ...outlined.derivatives.keys()]) if (!cut.has(part)) kept.add(part);
    for (const part of more) cut.add(part);
  }
}

/** Writes steps one after the other, each of what those before it are called or consist of. */
class Outliner {
  private readonly roots: readonly Node[];
  private readonly naming: Naming;
  private readonly steps: Steps["steps"];
  private readonly namer: Namer;
  private readonly bodies = new Map<Node, Formula>();
  /** How formulas write what was met: by its name or by what it is. */
  private readonly references: Map<Node, Formula>;
  private readonly introduced = new Map<string, readonly Definition[]>();
  private readonly named = new Map<Node, string>();
  private readonly slopes = new Map<Node, Formula>();
  private readonly derivatives = new Map<Node, Formula>();
  /** Names that stand for what formulas stop at. */
  private readonly held: ReadonlySet<string>;

  /** What is told in lines that are too long. */
  private readonly long = new Map<Node, Formula>();

  constructor(roots: readonly Node[], naming: Naming, steps: Steps, cut: ReadonlySet<Node>) {
    this.roots = roots;
    this.naming = naming;
    this.steps = steps.steps;
    this.namer = new Namer(naming, steps, cut);
    this.references = new Map(naming.stops);
    this.held = new Set([...naming.stops.values()].map(keyOfLeft));
  }

  outlined(): Omit<Outline, "cut"> {
    const rooted = new Set(this.roots);
    for (const [node, step] of this.steps) {
      const body = this.writtenByNames(node, step);
      if (rooted.has(node)) {
        this.bodies.set(node, withReshape(node, body));
        this.noteLong(node, body);
      }
      if (!this.references.has(node)) this.refer(node, body);
    }
    this.addLoops();
    return { bodies: this.bodies, introduced: this.introduced, named: this.named, slopes: this.slopes, derivatives: this.derivatives };
  }

  /** The parts of long lines that are to have names, so that these become shorter; those of `tried` got none. */
  cuts(tried: ReadonlySet<Node>): Node[] {
    const written = (part: Node): Formula | undefined => {
      const formula = this.references.get(part);
      return formula && shortKinds.has(formula.kind) ? undefined : formula;
    };
    return [...this.long].flatMap(([node, body]) => cutOut({ node, body, tried }, this.steps, written));
  }

  private noteLong(node: Node, body: Formula): void {
    if (isLong(body)) this.long.set(node, body);
  }

  private refer(node: Node, body: Formula): void {
    const slope = this.naming.slopes?.get(node);
    const name = slope ? undefined : this.namer.nameFor(node, body);
    if (slope) this.introduceDerivative(node, body, slope, this.slopes);
    else if (name === undefined) this.references.set(node, body);
    else this.introduce(node, body, name);
  }

  private introduce(node: Node, body: Formula, name: string | Formula): void {
    if (typeof name === "string") this.introduceName(node, body, name);
    else this.introduceDerivative(node, body, name, this.derivatives);
  }

  private introduceName(node: Node, body: Formula, name: string): void {
    const left = reference(node, name);
    this.references.set(node, left);
    this.named.set(node, name);
    this.noteLong(node, body);
    const right = node.dtype === "bool" ? indicator(body) : withReshape(node, body);
    for (const key of keysOf(node, name)) if (!this.held.has(key)) this.introduced.set(key, [{ left, right }]);
  }

  private introduceDerivative(node: Node, body: Formula, left: Formula, known: Map<Node, Formula>): void {
    this.references.set(node, left);
    known.set(node, left);
    this.noteLong(node, body);
    this.introduced.set(keyOfLeft(left), [{ left, right: withReshape(node, body) }]);
  }

  private written(node: Node, { inputs, build }: Composition): Formula {
    return scalarMark(node, tidy(build(inputs.map((input) => asOperand(node, input, this.references.get(input) as Formula)))));
  }

  /** The same, with names for those of its parts that only a line by elements can tell, where it is none itself. */
  private writtenByNames(node: Node, step: Composition): Formula {
    const body = this.written(node, step);
    if (node.loops.length > 0 || showsPlaces(body)) return body;
    for (const input of step.inputs) {
      const part = this.references.get(input) as Formula;
      if (hasPlaces(part)) this.introduce(input, part, this.namer.partName(input));
    }
    return this.written(node, step);
  }

  /** The lines that tell loops, behind what has the same names. */
  private addLoops(): void {
    for (const { used, left, value, byName } of this.naming.loops.lines) {
      const key = keyOfLeft(used);
      const named = byName ? this.references.get(value) : undefined;
      const right = named?.kind === "variable" ? named : inWhole(left, value, this.bodies.get(value) as Formula);
      this.introduced.set(key, [...(this.introduced.get(key) ?? []), { left, right }]);
    }
  }
}

/** `formula` of `value`, with the shape in which it is repeated where a sequence starts from it: the steps behind have that shape. */
const inWhole = (left: Formula, value: Node, formula: Formula): Formula =>
  left.kind === "variable" && left.step !== undefined && left.step !== "t" && isOp(value, "broadcast")
    ? inShape("broadcast", unviewed(formula), value.shape)
    : formula;

/** How formulas may write what is introduced: what differs from step to step at one of them, at the last, or at all. */
const keysOf = (node: Node, name: string): string[] =>
  (node.loops.length > 0 ? ["t", "T", "1", undefined] : [undefined]).map((step) => keyOfName(name, step));

/** The lines of an outline that are about derivatives, by what these are. */
export const derivativesIn = ({ slopes, derivatives }: Outline): [Node, Formula][] => [...slopes, ...derivatives];

/** The key of what a line is about, or of what uses that: a name, or a derivative. */
export function keyOfLeft(formula: Formula): string {
  if (formula.kind === "derivative") return keyOfName(`∂${formula.of}/∂${formula.by}`);
  return formula.kind === "variable" ? keyOfName(formula.name, formula.step) : "";
}

/** What is as short as a name. */
const shortKinds: ReadonlySet<Formula["kind"]> = new Set(["variable", "number", "derivative"]);

/** The formula of one value, written out down to the values of `stops`. */
export function formulaOf(node: Node, stops: ReadonlyMap<Node, Formula>, compose?: Compose): Formula {
  const loops: Naming["loops"] = { lines: [], compositionOf: () => undefined };
  const naming = { stops, suggested: new Map(), taken: new Set<string>(), loops, ...(compose && { compose }) };
  return new Outliner([node], naming, stepsOf([node], naming), new Set()).outlined().bodies.get(node) as Formula;
}
