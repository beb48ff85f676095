import { tidy } from "../formula/tidy.ts";
import { type Formula, partsOf, variable } from "../formula/tree.ts";
import type { Node } from "../ir/node.ts";
import { recordOf } from "../ops/table.ts";
import type { Composition } from "./form.ts";
import { formOf } from "./forms.ts";
import { distinct } from "./names.ts";

/** Limits in parts of a tree: a shared value of so many is named, and so is any value that is larger than a line. */
const limits = { shared: 16, line: 44 };

/** Formulas of a graph in which nothing is larger than a line: what would be has a name of its own. */
export interface Outline {
  /** The formula of each root. */
  readonly bodies: ReadonlyMap<Node, Formula>;
  /** The names that had to be introduced, with what they stand for; each uses earlier ones only. */
  readonly introduced: ReadonlyMap<string, Formula>;
}

/** What formulas call the values of a graph. */
export interface Naming {
  /** Values that formulas stop at. */
  readonly stops: ReadonlyMap<Node, Formula>;
  /** Names for values that are worth one, such as the error of a layer. */
  readonly suggested: ReadonlyMap<Node, string>;
  /** Names that are in use. */
  readonly taken: Set<string>;
}

/** The value of `node` by name. */
export const reference = (node: Node, name: string): Formula => scalarMark(node, variable(name));

const scalarMark = (node: Node, formula: Formula): Formula => (node.shape.length === 0 && !formula.scalar ? { ...formula, scalar: true } : formula);

/** One step of mathematics: a named form where one matches, else the op itself. */
function compositionOf(node: Node): Composition {
  return formOf(node) ?? { inputs: node.inputs, build: (xs) => recordOf(node).formula(xs, node.params, node) };
}

/** The steps that the formulas of `roots` consist of, inputs before users, and how often each value is used. */
function stepsOf(roots: readonly Node[], stops: ReadonlyMap<Node, Formula>): { steps: [Node, Composition][]; uses: Map<Node, number> } {
  const steps = new Map<Node, Composition>();
  const uses = new Map<Node, number>();
  const stack = [...roots];
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (steps.has(node)) continue;
    const step = compositionOf(node);
    steps.set(node, step);
    for (const input of step.inputs) {
      uses.set(input, (uses.get(input) ?? 0) + 1);
      if (!stops.has(input)) stack.push(input);
    }
  }
  return { steps: [...steps].sort(([a], [b]) => a.id - b.id), uses };
}

/** The number of parts of a tree, counted no further than is of interest. */
function weight(formula: Formula): number {
  const stack = [formula];
  let count = 0;
  for (let part = stack.pop(); part && count <= limits.line; part = stack.pop()) {
    count++;
    for (const inner of partsOf(part)) stack.push(inner);
  }
  return count;
}

/** The formulas of `roots`, stopping at the named values of `naming`. A loop over the graph, so that any depth will do. */
export function outline(roots: readonly Node[], { stops, suggested, taken }: Naming): Outline {
  const { steps, uses } = stepsOf(roots, stops);
  const bodies = new Map<Node, Formula>();
  const references = new Map<Node, Formula>(stops);
  const introduced = new Map<string, Formula>();
  const rooted = new Set(roots);
  let ordinal = 0;

  const nameFor = (node: Node, body: Formula): string | undefined => {
    const size = weight(body);
    const known = suggested.get(node);
    if (known !== undefined && size > 1) return known;
    const heavy = size > limits.line || (size >= limits.shared && (uses.get(node) ?? 0) > 1);
    return heavy ? distinct(`v${++ordinal}`, taken) : undefined;
  };
  for (const [node, step] of steps) {
    const body = scalarMark(node, tidy(step.build(step.inputs.map((input) => references.get(input) as Formula))));
    if (rooted.has(node)) bodies.set(node, body);
    if (references.has(node)) continue;
    const name = uses.has(node) ? nameFor(node, body) : undefined;
    if (name !== undefined) introduced.set(name, body);
    references.set(node, name === undefined ? body : reference(node, name));
  }
  return { bodies, introduced };
}

/** The formula of one value, written out down to the values of `stops`. */
export function formulaOf(node: Node, stops: ReadonlyMap<Node, Formula>): Formula {
  return outline([node], { stops, suggested: new Map(), taken: new Set() }).bodies.get(node) as Formula;
}
