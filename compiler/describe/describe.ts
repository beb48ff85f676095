import { type Definition, type Equation, type Format, writeEquation } from "../formula/equation.ts";
import { type Call, type Formula, partsOf, variable } from "../formula/tree.ts";
import { elementAt } from "../ir/element.ts";
import type { Graph, Node } from "../ir/node.ts";
import { withBodies } from "../ir/walk.ts";
import { sumsOfErrors } from "./bias-sums.ts";
import { collected } from "./collect.ts";
import { expanded } from "./expand.ts";
import { loopTexts } from "./loops.ts";
import { mathNames, namesOfNodes } from "./names.ts";
import { formulaOf, keyOfName, type Naming, type Outline, outline, reference } from "./outline.ts";
import { errorNames, preactivationNames } from "./suggest.ts";

/** What is differentiated, and by what, by their names. */
export interface Derivative {
  readonly of: string;
  readonly by: string;
}

/** The parts of a program that are worth reading, each by its full name (`hidden`, `hidden.weight`). All nodes are of `graph`. */
export interface Described {
  readonly graph: Graph;
  /** Values of the forward pass; `loss` among them where there is one. */
  readonly values: ReadonlyMap<string, Node>;
  /** The gradients of the loss by what they are taken with respect to. */
  readonly gradients: ReadonlyMap<string, Node>;
  /** Which derivatives the gradients of those names are; of the loss by the name itself unless stated. */
  readonly derivatives?: ReadonlyMap<string, Derivative>;
  /** New values of parameters and states at the end of a step. */
  readonly updates: ReadonlyMap<string, Node>;
}

/** An equation a name, each of which stands alone. */
export interface Equations {
  readonly forward: Readonly<Record<string, Equation>>;
  readonly gradients: Readonly<Record<string, Equation>>;
  readonly updates: Readonly<Record<string, Equation>>;
}

/** The equations in writing. */
export interface Formulas {
  readonly forward: Readonly<Record<string, string>>;
  readonly gradients: Readonly<Record<string, string>>;
  readonly updates: Readonly<Record<string, string>>;
}

/** More definitions than this below one equation are not read by anybody. */
const mostDefinitions = 24;

/** How much is said. */
export interface Detail {
  /** Says what functions mean, one level down, and writes linear layers in a row as one. */
  readonly expand?: boolean | undefined;
}

/** The program as equations in the user's names: forward values, `∂loss/∂W = ...` for each gradient, `W ← ...` for each update. */
export function equationsOf({ graph, values, gradients, derivatives, updates }: Described, { expand = false }: Detail = {}): Equations {
  const forward = new Set(withBodies([...values.values()]));
  const mathName = mathNames(graph);
  const nodes = withBodies([...values.values(), ...gradients.values(), ...updates.values()]);
  const names = namesOfNodes(graph, nodes, values);
  const taken = new Set(names.values());
  const next = new Map([...updates].map(([name, node]) => [node, `${mathName(name)}⁺`] as const));
  const errors = new Map([...preactivationNames(outsideOfLoops(onlyIn(names, forward))), ...errorNames(graph, gradients, forward)]);
  const { suggested, ...loops } = loopTexts(nodes, { names, suggested: errors, taken });
  const stops = new Map([...[...names].map(([node, name]) => [node, reference(node, name)] as const), ...loops.stops]);
  const naming: Naming = { stops, suggested: onlyInLoops(suggested), taken, loops };
  const derived = (name: string, node: Node) => {
    const { of, by } = derivatives?.get(name) ?? { of: "loss", by: name };
    return derivative(of, mathName(by), node);
  };
  const sums = sumsOfErrors(suggested.keys());
  const ofErrors: Naming["loops"] = { ...loops, compositionOf: (node) => sums.get(node) ?? loops.compositionOf(node) };
  const slopes = new Map([...gradients].map(([name, node]) => [node, derived(name, node)] as const));
  return {
    forward: alsoCollected(
      equate(values, expand ? { ...naming, compose: expanded } : naming, "=", (name, node) => reference(node, mathName(name))),
      expand ? values : new Map(),
      stops,
    ),
    gradients: equate(
      gradients,
      { ...naming, stops: new Map([...onlyIn(stops, forward), ...loops.stops]), suggested, loops: ofErrors },
      "=",
      derived,
    ),
    updates: equate(updates, { ...naming, stops: new Map([...stops, ...slopes]), suggested: next }, "←", (name) => variable(mathName(name))),
  };
}

const outsideOfLoops = (names: ReadonlyMap<Node, string>): Map<Node, string> => new Map([...names].filter(([{ loops }]) => loops.length === 0));

const onlyInLoops = (suggested: ReadonlyMap<Node, string>): Map<Node, string> => new Map([...suggested].filter(([{ loops }]) => loops.length > 0));

/** The equations of values that are several linear layers in a row, with the one layer that they are beside. */
function alsoCollected(equations: Record<string, Equation>, values: Described["values"], stops: Naming["stops"]): Record<string, Equation> {
  const nameOf = (parameter: Node) => stops.get(parameter) as Formula;
  for (const [name, value] of values) {
    const also = collected(value, nameOf, (x) => stops.get(x) ?? formulaOf(x, stops));
    const equation = equations[name];
    if (also && equation) equations[name] = { ...equation, also };
  }
  return equations;
}

const onlyIn = <T>(map: ReadonlyMap<Node, T>, nodes: ReadonlySet<Node>): Map<Node, T> => new Map([...map].filter(([node]) => nodes.has(node)));

const derivative = (of: string, by: string, node: Node): Formula => {
  const formula: Formula = { kind: "derivative", of, by };
  return node.shape.length === 0 ? { ...formula, scalar: true } : formula;
};

type Left = (name: string, node: Node) => Formula;

function equate(values: ReadonlyMap<string, Node>, naming: Naming, sign: Equation["sign"], left: Left): Record<string, Equation> {
  const whole = outline([...values.values()], { ...naming, taken: new Set(naming.taken) });
  const equations = [...values].map(([name, node]): [string, Equation] => {
    const right = whole.bodies.get(node) as Formula;
    return [name, { left: left(name, node), sign, right, ...definitionsFor(right, whole) }];
  });
  return Object.fromEntries(equations);
}

/** What the introduced names and the functions with a meaning in `right` stand for, and those in their definitions, in the order in which a reader meets them. */
function definitionsFor(right: Formula, { introduced }: Outline): Pick<Equation, "where" | "more"> {
  const met = new Map<string, Definition>();
  const queue = [right];
  for (let at = 0; at < queue.length && met.size <= mostDefinitions; at++) {
    for (const part of namesIn(elementAt(queue, at))) {
      const definitions = part.kind === "call" ? (meaningOf(part) ?? []) : (introduced.get(keyOfName(part.name, part.step)) ?? []);
      for (const definition of definitions) {
        const key = definition.left.kind === "variable" ? keyOfName(definition.left.name, definition.left.step) : JSON.stringify(definition);
        if (met.has(key)) continue;
        met.set(key, definition);
        if (part.kind === "variable") queue.push(definition.right);
      }
    }
  }
  return { where: [...met.values()].slice(0, mostDefinitions), more: met.size > mostDefinitions };
}

const meaningOf = ({ meaning, ...named }: Call): Definition[] | undefined =>
  meaning && [{ left: { ...named, args: meaning.formal }, right: meaning.body }];

type Named = Extract<Formula, { kind: "variable" | "call" }>;

/** The variables and functions in `formula`, from left to right. */
function namesIn(formula: Formula): Named[] {
  const names: Named[] = [];
  const stack = [formula];
  for (let part = stack.pop(); part; part = stack.pop()) {
    if (part.kind === "variable" || part.kind === "call") names.push(part);
    stack.push(...[...partsOf(part)].reverse());
  }
  return names;
}

/** `parts` as mathematics in `format`, in the user's names: the same graph that is compiled. */
export function describe(parts: Described, format: Format = "text", detail?: Detail): Formulas {
  const write = (equations: Readonly<Record<string, Equation>>) =>
    Object.fromEntries(Object.entries(equations).map(([name, equation]) => [name, writeEquation(equation, format)]));
  const { forward, gradients, updates } = equationsOf(parts, detail);
  return { forward: write(forward), gradients: write(gradients), updates: write(updates) };
}
