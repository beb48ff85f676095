// The forward pass as layers: steps that belong together under the user's names, in the order of computation.
import type { Described } from "../../compiler/describe/describe.ts";
import type { Node } from "../../compiler/ir/node.ts";
import { isView, partsOfLoop } from "../../compiler/ops/loops.ts";
import { isOp } from "../../compiler/ops/table.ts";
import { type Step, stepsOf } from "./steps.ts";
import { wordOf } from "./words.ts";

/** Steps that are shown as one. */
export interface Layer {
  readonly kind: "input" | "layer" | "arithmetic";
  readonly steps: readonly Step[];
  /** Its result, the last of its steps. */
  readonly value: Node;
  /** Layers whose results it is made of. */
  readonly from: readonly Layer[];
  /** What its parameters are called before their last name, where it has any. */
  readonly prefix: string | undefined;
  /** How many steps its loop has, where it is one. */
  readonly loop: number | undefined;
}

interface Group {
  kind: Layer["kind"];
  steps: Step[];
  from: Set<Group>;
  prefix: string | undefined;
}

/** What begins a layer although it has no weights. */
const begins = /^(maxPool|avgPool|attention|concat|upsample|pixelShuffle|lookup)/;

/** The layers that `roots` are computed by, those that a layer is made of before it. */
export function layersOf({ values }: Pick<Described, "values">, roots: readonly Node[]): Layer[] {
  const steps = stepsOf(roots);
  const stops = new Set(values.values());
  const grouping = new Grouping(steps, stops);
  for (const step of steps) grouping.add(step);
  return frozen(grouping.groups());
}

function frozen(groups: readonly Group[]): Layer[] {
  const layers = new Map<Group, Layer>();
  for (const group of groups) {
    const { kind, steps, prefix } = group;
    const from = [...group.from].map((other) => layers.get(other) as Layer);
    layers.set(group, { kind, steps, value: (steps.at(-1) as Step).node, from, prefix, loop: loopOf(steps) });
  }
  return [...layers.values()];
}

function loopOf(steps: readonly Step[]): number | undefined {
  for (const { node } of steps) if (isOp(node, "loop")) return partsOfLoop(node).steps;
  return undefined;
}

const prefixOf = ({ parameters: [first] }: Step): string | undefined => first?.params.name.split(".").slice(0, -1).join(".") || first?.params.name;

/** Whether a layer is the other, or a part of it that is called by a name: `net.2` is a layer of its own beside `net`. */
const isWithin = (inner: string, outer: string): boolean =>
  inner === outer || (inner.startsWith(`${outer}.`) && !/^\d/.test(inner.slice(outer.length + 1)));

/** Groups that grow step by step; none is ever made of itself by way of others. */
class Grouping {
  readonly #of = new Map<Node, Group>();
  readonly #users = new Map<Node, number>();
  readonly #stops: ReadonlySet<Node>;

  constructor(steps: readonly Step[], stops: ReadonlySet<Node>) {
    this.#stops = stops;
    for (const { from } of steps) for (const node of from) this.#users.set(node, (this.#users.get(node) ?? 0) + 1);
  }

  /** In order of computation. */
  groups(): Group[] {
    const sorted = new Set<Group>();
    const stack = [...new Set(this.#of.values())].reverse();
    for (let group = stack.at(-1); group; group = stack.at(-1)) {
      const missing = [...group.from].filter((other) => !sorted.has(other));
      if (missing.length > 0) stack.push(...missing);
      else sorted.add(stack.pop() as Group);
    }
    return [...sorted];
  }

  add(step: Step): void {
    const sources = [...new Set(step.from.map((node) => this.#of.get(node) as Group))];
    const own = this.#newGroup(step, sources);
    const joined = own.kind === "input" ? [] : this.#joinedBy(step, own, sources);
    if (joined.length > 0 && isConvex(joined, sources)) this.#join(joined, step, own);
    else this.#of.set(step.node, own);
  }

  #newGroup(step: Step, sources: readonly Group[]): Group {
    const isLayer = step.parameters.length > 0 || begins.test(wordOf(step).id) || isOp(step.node, "loop") || isView(step.node);
    const kind = isOp(step.node, "input") ? "input" : isLayer ? "layer" : "arithmetic";
    return { kind, steps: [step], from: new Set(sources), prefix: prefixOf(step) };
  }

  /** The groups that the step goes on with. */
  #joinedBy(step: Step, own: Group, sources: readonly Group[]): Group[] {
    const open = sources.filter((group) => group.kind !== "input" && !this.#isClosed(group));
    const layers = open.filter(({ kind }) => kind === "layer");
    if (isOp(step.node, "loop") || isView(step.node)) return layers.filter((group) => isSameLayer(step, group) || isLoop(group));
    const [only, ...others] = layers;
    const related = layers.length === sources.length && layers.every(({ prefix }) => prefix !== undefined && prefix === only?.prefix);
    if (others.length > 0 && related && own.prefix === undefined) return layers;
    if (own.kind === "layer") return only && sources.length === 1 && (isSameLayer(step, only) || isScaling(step)) ? [only] : [];
    if (sources.length === 1 && step.node.shape.length > 0 && only && this.#leadsOn(only)) return [only];
    return open.filter(({ kind }) => kind === "arithmetic");
  }

  /** Whether its result has a name, at which the page stops. */
  #isClosed = ({ steps }: Group): boolean => steps.some(({ node }) => this.#stops.has(node));

  #leadsOn = ({ steps }: Group): boolean => this.#users.get((steps.at(-1) as Step).node) === 1;

  #join([first, ...others]: readonly Group[], step: Step, own: Group): void {
    const group = first as Group;
    for (const other of [...others, own]) {
      group.steps.push(...other.steps);
      for (const source of other.from) group.from.add(source);
      group.prefix ??= other.prefix;
      if (other.kind === "layer") group.kind = "layer";
      for (const { node } of other.steps) this.#of.set(node, group);
    }
    for (const inner of [group, ...others]) group.from.delete(inner);
    const replaced = new Set(others);
    for (const user of new Set(this.#of.values()))
      for (const source of user.from) if (replaced.has(source) && user.from.delete(source) && user !== group) user.from.add(group);
    this.#of.set(step.node, group);
  }
}

/** Whether the step has parameters of the layer that the group is, none of them a matrix that the group has already. */
function isSameLayer({ parameters, node }: Step, group: Group): boolean {
  const own = parameters[0]?.params.name.split(".").slice(0, -1).join(".");
  const isKnown = (parameter: Node) => parameter.shape.length > 1 && group.steps.some((step) => step.parameters.some((known) => known === parameter));
  const isPart = own !== undefined && group.prefix !== undefined && isWithin(own, group.prefix);
  return isPart && (isView(node) || node.op === "loop" || !parameters.some(isKnown) || parameters.some((parameter) => isSideBySide(parameter.shape)));
}

/** A norm, or a bias: what has a number or two for each feature. */
const isScaling = ({ parameters }: Step): boolean => parameters.every(({ shape }) => shape.length < 2);

const isSideBySide = (shape: Node["shape"]): boolean => shape.length === 0;

const isLoop = ({ steps }: Group): boolean => steps.some(({ node }) => isOp(node, "loop") || isView(node));

/** Whether nothing outside of `inner` lies on a way from one of them to one of `sources`, or back to them. */
function isConvex(inner: readonly Group[], sources: readonly Group[]): boolean {
  const own = new Set(inner);
  const stack = [...sources, ...inner.flatMap(({ from }) => [...from])].filter((group) => !own.has(group));
  const seen = new Set(stack);
  for (let group = stack.pop(); group; group = stack.pop())
    for (const source of group.from) {
      if (own.has(source)) return false;
      if (!seen.has(source)) stack.push(source);
      seen.add(source);
    }
  return true;
}
