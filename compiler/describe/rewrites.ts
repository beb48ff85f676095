// What lies between a program as it was derived and as it runs: each use of a rule that is there for speed, or for numbers that do not overflow.
import { print } from "../formula/notation.ts";
import { text } from "../formula/text.ts";
import type { Formula } from "../formula/tree.ts";
import type { Node, Position } from "../ir/node.ts";
import { withBodies } from "../ir/walk.ts";
import { isForReading } from "../passes/simplify.ts";
import type { RuleStep, Step, Tag } from "../trace/trace.ts";
import { isSource, mathNames } from "./names.ts";
import { formulaOf, reference } from "./outline.ts";

/** A use of a rule. */
export interface Rewrite {
  /** The formula of the rule, or its name in words. */
  readonly rule: string;
  readonly tag: Tag;
  /** Where the user wrote what it is about. */
  readonly place: Position | undefined;
  readonly before: string;
  readonly after: string;
}

/** The uses of rules among `steps` that do not only make a page more readable, in their order, each once. */
export function rewritesOf(steps: readonly Step[]): Rewrite[] {
  const uses = steps.filter((step): step is RuleStep => "rule" in step && !isForReading(step.rule));
  const names = namesIn(uses.flatMap(({ before, after }) => [before, after]));
  const lines = uses.map(({ rule, tag, place, before, after }): Rewrite => {
    const [from, to] = [before, after].map((node) => print(formulaOf(node, names), text)) as [string, string];
    return { rule, tag, place, before: from, after: to };
  });
  // What no formula shows, such as another order of the same axes, is no step for a reader.
  const told = new Map(lines.map((line) => [JSON.stringify(line), line]));
  return [...told.values()].filter(({ before, after }) => before !== after);
}

/** Sources and what the user named, at which formulas stop. */
function namesIn(nodes: readonly Node[]): Map<Node, Formula> {
  const [first] = nodes;
  const mathName = first ? mathNames(first.graph) : (name: string) => name;
  return new Map(
    withBodies(nodes).flatMap((node): [Node, Formula][] => {
      const [named] = node.graph.names.get(node) ?? [];
      const name = isSource(node) ? node.params.name : named?.text;
      return name === undefined ? [] : [[node, reference(node, mathName(name))]];
    }),
  );
}
