// Brings a program to its simplest form: the one that is printed as mathematics and compiled.
//
//   add(mul(p, c), neg(mul(y, c)))   =>   mul(sub(p, y), c)
//
// Requires: gradients are taken already, since rules may round differently than the chain rule's own form.
// Ensures: equal values over the reals for checked inputs, no new NaN or overflow, every user name kept.
import { mapRegion, type Program, rootsOf } from "../ir/entry.ts";
import type { Node } from "../ir/node.ts";
import { withBodies } from "../ir/walk.ts";
import { type Rewriting, type Rule, rewrite, rewriteProgram } from "../rewrite/rewrite.ts";
import type { Trace } from "../trace/trace.ts";
import { indexRanges } from "./index-ranges.ts";
import { arithmeticRules } from "./rules/arithmetic.ts";
import { cancellingRule, namedQuotientRule } from "./rules/cancelling.ts";
import { centredRules } from "./rules/centred.ts";
import { choiceRules } from "./rules/choices.ts";
import { contractionRules, repeatedOperandRule, repeatedOperandToRead, summedContractionRules } from "./rules/contraction.ts";
import { directionRules } from "./rules/directions.ts";
import { factorRules } from "./rules/factors.ts";
import { foldingRules, toldFoldingRule } from "./rules/folding.ts";
import { keptAxisRule } from "./rules/kept-axis.ts";
import { logicRules } from "./rules/logic.ts";
import { lossRules } from "./rules/losses.ts";
import { meanRule } from "./rules/means.ts";
import { movementRules, movementToRead } from "./rules/movement.ts";
import { orderRules } from "./rules/order.ts";
import { orientedRule } from "./rules/oriented.ts";
import { ownPlaceRules } from "./rules/own-places.ts";
import { powerRules } from "./rules/powers.ts";
import { quotientRules } from "./rules/quotients.ts";
import { reductionRules } from "./rules/reduction.ts";
import { rootRules } from "./rules/roots.ts";
import { scalingRules } from "./rules/scaling.ts";
import { selectionRules } from "./rules/selection.ts";
import { sharedRule, shareRules } from "./rules/shares.ts";
import { smoothedRules } from "./rules/smoothed.ts";
import { checkedIndexRules, softmaxRules } from "./rules/softmax.ts";
import { wholeFactorRule } from "./rules/whole-factors.ts";
import { wholeShareRule } from "./rules/whole-shares.ts";
import { shareInSteps } from "./step-shares.ts";

/** Rules after which a program reads more easily and runs as well: they move no sum out of the product that the chain rule made. */
const commonRules: readonly Rule[] = [
  ...foldingRules,
  ...orderRules,
  ...movementRules,
  ...arithmeticRules,
  ...powerRules,
  ...scalingRules,
  ...logicRules,
  ...selectionRules,
  ...softmaxRules,
  ...reductionRules,
  ...contractionRules,
];

const rules: readonly Rule[] = [...commonRules, repeatedOperandRule, ...centredRules, ...summedContractionRules];

const readingRules: readonly Rule[] = [
  wholeFactorRule,
  toldFoldingRule,
  ...movementToRead,
  ...lossRules,
  ...choiceRules,
  ...commonRules,
  repeatedOperandToRead,
  ...shareRules,
  ...directionRules,
  orientedRule,
  ...quotientRules,
];

const readingNames = new Set(
  [
    ...readingRules,
    ...rootRules(new Set()),
    sharedRule(new Set()),
    wholeShareRule(new Set()),
    meanRule(new Set()),
    cancellingRule(new Set()),
    namedQuotientRule(new Set()),
    ...ownPlaceRules(new Set()),
    ...factorRules(new Set()),
    ...checkedIndexRules(new Map()),
    ...smoothedRules(new Map()),
    keptAxisRule([]),
  ].map(({ name }) => name),
);

/** Whether the rule of that name is used on a page that shows a program as it was derived. */
export const isForReading = (rule: string): boolean => readingNames.has(rule);

/** All that `roots` depend on in its simplest form, without what is known of a program's inputs. */
export const simplify = (roots: readonly Node[]): Rewriting => rewrite(roots, rules);

/** The program in its simplest form. */
export const simplifyProgram = (program: Program, trace?: Trace): Program =>
  rewriteProgram(program, [...checkedIndexRules(indexRanges(program)), ...rules], { trace });

/** What gradients are made of, and no loss or prediction: updates are made of it too, but the chain rule wrote it. */
function onlyDerived(entries: Program["entries"]): Set<Node> {
  const results = entries.flatMap(({ name: entry, results }) => results.map(({ name, node }, at) => ({ entry, name, node, at })));
  const isGradient = ({ entry, at }: (typeof results)[number]) => entry.startsWith("gradients") && at > 0;
  const isForward = ({ entry, name, at }: (typeof results)[number]) =>
    entry.startsWith("gradients") ? at === 0 : entry === "predict" && name !== "";
  const forward = new Set(withBodies(results.filter(isForward).map(({ node }) => node)));
  return new Set(withBodies(results.filter(isGradient).map(({ node }) => node)).filter((node) => !forward.has(node)));
}

/** The program as it was derived, in the form in which it reads most easily; the values of `stops` stay whole, and `written` as the definition wrote them. */
export function simplifyToRead(program: Program, stops: readonly Node[], written: readonly Node[]): Program {
  const ranges = indexRanges(program);
  const rules = [...checkedIndexRules(ranges), ...smoothedRules(ranges), ...readingRules];
  const roots = [...program.entries.flatMap(rootsOf), ...stops, ...written];
  const first = rewrite(roots, rules, { opaque: stops });
  const inSteps = shareInSteps(roots.map(first.image));
  const image = (node: Node): Node => inSteps(first.image(node));
  const brought = { ...program, entries: program.entries.map((entry) => mapRegion(entry, image)) };
  const derived = onlyDerived(brought.entries);
  const asWritten = new Set(withBodies(written.map(image)).filter((node) => !derived.has(node)));
  const read = rewriteProgram(
    brought,
    [
      ...[...rules, ...rootRules(asWritten), sharedRule(asWritten), meanRule(asWritten), cancellingRule(asWritten)],
      ...[wholeShareRule(asWritten), namedQuotientRule(asWritten), ...ownPlaceRules(asWritten), ...factorRules(asWritten)],
    ],
    {
      opaque: stops.map(image),
    },
  );
  return rewriteProgram(read, [keptAxisRule(read.graph.names.keys())]);
}
