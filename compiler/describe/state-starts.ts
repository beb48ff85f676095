// What the states of rules are before the first step, which no line of a page says.

import type { Line } from "../formula/equation.ts";
import type { Declaration, Graph, Node } from "../ir/node.ts";
import { sameShape } from "../ir/type.ts";
import { words } from "../words/words.ts";
import type { RuleLetters } from "./rule-letters.ts";
import { stateName } from "./rules.ts";

interface Start {
  readonly value: number | undefined;
  readonly isOfW: boolean;
}

/** The states that `optimizer` has of each parameter, by what a rule calls them. */
function startsIn({ declarations }: Graph, others: ReadonlySet<string>, letters: RuleLetters): Map<string, Start> {
  const all = [...declarations];
  const starts = new Map<string, Start>();
  for (const [parameter, { name, role }] of all) {
    if (role !== "parameter") continue;
    for (const [state, declared] of all.filter(([, each]) => each.role === "optimizer" && each.name.startsWith(`${name}.`)))
      starts.set(letters.state(stateName(declared.name.slice(name.length + 1), others)), startOf(state, declared, parameter));
  }
  return starts;
}

const startOf = (state: Node, { start = Number.NaN }: Declaration, parameter: Node): Start => ({
  value: Number.isNaN(start) ? undefined : start,
  isOfW: sameShape(state.shape, parameter.shape),
});

/** A line for those states of `rules` that start alike. */
export function stateStarts(graph: Graph, rules: readonly Line[], used: ReadonlySet<string>, letters: RuleLetters): string[] {
  const starts = startsIn(graph, used, letters);
  const met = [...new Set(rules.flatMap(({ left }) => (left.kind === "variable" ? [left.name] : [])))];
  const groups = new Map<string, { readonly start: Start; readonly names: string[] }>();
  for (const name of met) {
    const start = starts.get(name);
    if (start?.value === undefined) continue;
    const key = JSON.stringify(start);
    const group = groups.get(key) ?? { start, names: [] };
    group.names.push(name);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ start, names }) => words.stateStarts(names, String(start.value), start.isOfW ? letters.w : undefined));
}
