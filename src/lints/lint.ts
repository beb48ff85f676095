import { type Comparisons, comparisonsIn } from "../../compiler/calculus/comparisons.ts";
import { coded, unknownLint } from "../../compiler/diagnostics/lints.ts";
import type { Slopes } from "../../compiler/entry-points.ts";
import type { Program } from "../../compiler/ir/entry.ts";
import type { Node } from "../../compiler/ir/node.ts";
import { nearest } from "../../runtime/nearest.ts";
import { type Declared, lossesOf } from "../declare.ts";
import { lazy } from "../lazy.ts";
import { namedNodes, trainableParameters } from "../training.ts";

/** What a lint looks at. */
export interface Subject {
  readonly declared: Declared;
  /** Its loss as it is differentiated, in its stable form, and the gradients. */
  readonly slopes: Slopes | undefined;
  /** Its entry points, not yet lowered. */
  readonly program: Program;
  /** What its loss compares. */
  readonly comparisons: Comparisons;
}

/** What lints look at of a definition; what its loss compares is found when first asked for. */
export function subjectOf(given: Omit<Subject, "comparisons">): Subject {
  const { loss, compared } = given.declared;
  const known = compared.flatMap(({ prediction, link }) => (link === "identity" ? [] : [{ prediction, by: link }]));
  const none = { logits: [], differences: [], logarithms: [] };
  return Object.assign(lazy({ comparisons: () => (loss ? comparisonsIn(loss, known) : none) }), given);
}

/** A kind of warning. */
export interface Described {
  /** Its name in the list `allow`; stable. */
  readonly code: string;
  /** What it warns about and what to write instead, as sentences of `docs/lints.md`. */
  readonly about: string;
}

/** A look for what works and is most likely a slip. */
export interface Lint<S = Subject> extends Described {
  /** A warning for each, with its place in the source. */
  look(subject: S): string[];
}

/** The warnings of `lints` about `subject`, each with its code, but for those that are allowed. */
export const warningsOf = <S>(lints: readonly Lint<S>[], subject: S, allow: readonly string[] = []): string[] =>
  lints.filter(({ code }) => !allow.includes(code)).flatMap((lint) => lint.look(subject).map((text) => coded(lint.code, text)));

/** The code that `code` is most likely short for or meant as. */
const meantBy = (code: string, known: readonly string[]): string | undefined =>
  nearest(code, known) ?? (code === "" ? undefined : known.find((other) => other.includes(code)));

/** Refuses what is none of the codes `known`. @throws GradcError `unknown-lint` */
export function checkAllowed(allow: readonly string[], known: readonly string[]): void {
  const odd = allow.find((code) => !known.includes(code));
  if (odd !== undefined) throw unknownLint(odd, known, meantBy(odd, known));
}

/** What the definition returns, and what it assigns; not what an optimizer does. */
export function resultsOf(declared: Declared): Node[] {
  const { graph, outputs, metrics } = declared;
  const sums = Object.values(metrics).flatMap(({ sum, count }) => [sum, count]);
  const updates = [...graph.updates].flatMap(([target, value]) => (graph.declarations.get(target)?.role === "layer" ? [value] : []));
  return [...Object.values(outputs), ...lossesOf(declared), ...sums, ...updates];
}

/** The nodes by which `loss` is differentiated, the stable loss or the one of the definition: parameters, and what `wrt` names. */
export function differentiatedBy(loss: Node, { shown }: Slopes): Node[] {
  const names = shown.map(({ name }) => name);
  return [...new Set([...trainableParameters(loss.graph), ...namedNodes(loss.graph, loss, names).values()])];
}
