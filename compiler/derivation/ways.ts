// The ways from a value to one that it is computed from, each step with the rule that a teacher would name there.

import { formsOf } from "../describe/forms.ts";
import { opStep } from "../describe/outline.ts";
import type { Formula } from "../formula/tree.ts";
import { elementAt } from "../ir/element.ts";
import type { Node } from "../ir/node.ts";
import { capturedBy, isView, loopOfView } from "../ops/loops.ts";
import { opOf } from "../ops/table.ts";
import { formRules } from "./form-rules.ts";
import { sayingOf } from "./op-rules.ts";
import { type Rule, ruleAt, type Saying } from "./rule.ts";

/** A step of mathematics and its rule. */
interface Step {
  readonly of: string;
  readonly inputs: readonly Node[];
  readonly saying: Saying | undefined;
  /** Whether it runs with the largest value taken away, against overflow. */
  readonly isShifted?: boolean;
}

/** What is between `node` and the `inputs` of a form that it has. */
function insideOf(node: Node, inputs: readonly Node[]): Set<Node> {
  const inside = new Set<Node>();
  const stack = [...node.inputs];
  for (let inner = stack.pop(); inner; inner = stack.pop()) {
    if (inside.has(inner) || inputs.includes(inner)) continue;
    inside.add(inner);
    stack.push(...inner.inputs);
  }
  return inside;
}

/** The step at `node`: a named form that has a rule and hides none of `stops`, else the op itself. */
function stepAt(node: Node, stops: ReadonlySet<Node>): Step {
  for (const { name, inputs } of formsOf(node)) {
    const saying = formRules.get(name);
    if (!saying) continue;
    const inside = insideOf(node, inputs);
    if (![...inside].some((inner) => stops.has(inner))) return { of: name, inputs, saying, isShifted: [...inside].some(({ op }) => op === "max") };
  }
  return isView(node) ? ofLoop(node) : { of: node.op, inputs: opStep(node).inputs, saying: sayingOf(opOf(node)) };
}

/** What a loop gives is taken with the loop in one step. */
const ofLoop = (view: Node): Step => ({
  of: "loop",
  inputs: [...loopOfView(view).inputs, ...capturedBy(view)],
  saying: sayingOf("loop"),
});

interface Surroundings {
  /** Values at which other ways begin. */
  readonly stops: ReadonlySet<Node>;
  /** What a value is called in a line or less. */
  formulaOf(node: Node): Formula | undefined;
}

interface Leading extends Pick<Surroundings, "formulaOf"> {
  /** From which values there is a way. */
  readonly leads: ReadonlyMap<Node, boolean>;
}

/** The rules on all ways from `from` down to `to` that pass by none of `stops`, the first is nearest to `from`. */
export function rulesBetween(from: Node, to: Node, { stops, formulaOf }: Surroundings): Rule[] {
  const steps = new Map<Node, Step>();
  const leads = new Map<Node, boolean>([[to, true]]);
  const order: Node[] = [];
  const stack = [from];
  for (let node = stack.at(-1); node; node = stack.at(-1)) {
    // No derivative goes through a condition.
    if (leads.has(node) || node.dtype !== "f32" || (stops.has(node) && node !== from)) {
      if (!leads.has(node)) leads.set(node, false);
      stack.pop();
      continue;
    }
    const step = steps.get(node) ?? stepAt(node, stops);
    const isSeen = steps.has(node);
    steps.set(node, step);
    const open = isSeen ? [] : step.inputs.filter((input) => !leads.has(input));
    stack.push(...open);
    if (open.length > 0) continue;
    leads.set(
      node,
      step.inputs.some((input) => leads.get(input)),
    );
    order.push(stack.pop() as Node);
  }
  const found = order.filter((node) => leads.get(node)).map((node) => useOf(node, steps.get(node) as Step, { leads, formulaOf }));
  return said(found.reverse().flat());
}

interface Use {
  readonly rule: Rule;
  readonly isQuiet: boolean;
}

/** The rule of a step on the way; what goes to several operands is never quiet. */
function useOf(node: Node, { of, inputs, saying, isShifted = false }: Step, { leads, formulaOf }: Leading): Use[] {
  const operands = inputs.flatMap((input, at) => (leads.get(input) ? [at] : []));
  if (!saying) return [];
  const parts = operands.length > 1 ? [...new Set(operands.map((at) => elementAt(inputs, at)))].map(formulaOf) : [];
  const through = parts.length > 1 && parts.every((part) => part !== undefined) ? parts : undefined;
  return [
    {
      rule: ruleAt(of, saying, { node, operands, isShifted, through }),
      isQuiet: operands.length === 1 && (saying.isQuiet === true || saying.isQuiet === operands[0]),
    },
  ];
}

/** The rules that are said, each once: quiet ones only where there is no other. */
function said(uses: readonly Use[]): Rule[] {
  const loud = uses.filter(({ isQuiet }) => !isQuiet);
  const rules = (loud.length > 0 ? loud : uses.slice(0, 1)).map(({ rule }) => rule);
  return [...new Map(rules.map((rule) => [rule.words, rule])).values()];
}
