// What steps of a loop have, all of them together, where the name that it has at one step does not stand for that: `ε_{t+1}`, which is handed to a
// step, or h_t where h is h_T. It gets a name of its own: `δ_x_t = ε_{t+1}`, and all of them are δ_x.
import { type Formula, variable } from "../formula/tree.ts";
import type { Node } from "../ir/node.ts";
import * as build from "../ops/build.ts";
import { isSlot } from "../ops/loops.ts";
import { isOp } from "../ops/table.ts";
import type { Composition } from "./form.ts";
import { distinct, type NameLine } from "./names.ts";

/** What formulas call the values of steps, to which this adds. */
export interface StepTexts {
  readonly stops: Map<Node, Formula>;
  readonly lines: NameLine[];
  readonly taken: Set<string>;
  /** What is called like its own last step. */
  readonly calledAsLast: ReadonlySet<Node>;
  /** Names that values of all steps may have. */
  readonly wanted: ReadonlyMap<Node, string>;
}

/** A value at all steps is called as at one, without its index. */
export function atAllSteps(formula: Formula): Formula {
  if (formula.kind !== "variable" || formula.step !== "t") return formula;
  const { step: _, ...whole } = formula;
  return whole;
}

/** What writes the values of all steps that have a name of their own, and what stands for one of them; nothing else. */
export function wholeSteps({ stops, lines, taken, calledAsLast, wanted }: StepTexts): (node: Node) => Composition | undefined {
  const named = new Map<Node, Node>();
  const standIns = new Set<Node>();
  const isOther = (body: Node): boolean => calledAsLast.has(body) || (isSlot(body) && body.params.part === "carry");
  /** A value for `body`, of which the name is; formulas of a program have it where they use it. */
  const standIn = (body: Node, whole: Node): Node => {
    const value = build.stopGradient(body);
    const name = distinct(wanted.get(whole) ?? "s", taken);
    stops.set(value, variable(name, "t"));
    lines.push({ used: variable(name), left: variable(name, "t"), value: body, byName: true });
    named.set(body, value);
    standIns.add(value);
    return value;
  };
  return (node) => {
    if (standIns.has(node)) return { inputs: [], build: () => stops.get(node) as Formula };
    const [body] = isOp(node, "stack") ? node.body : [];
    if (body === undefined || !isOther(body)) return undefined;
    const value = named.get(body) ?? standIn(body, node);
    return { inputs: [value], build: ([x]) => atAllSteps(x as Formula) };
  };
}
