// A program as a page that is read from top to bottom: each line once, behind those that it uses.
//
//   Forward     z = tanh(x·W_z + b_z)
//   Errors      δ_yhat = 2·(yhat − y) ⊙ (1 − yhat²)        once each, in the order in which they travel
//   Gradients   ∂loss/∂W_yhat = z ⊗ δ_yhat                  from the loss down
import type { Definition, Line } from "../formula/equation.ts";
import { print } from "../formula/notation.ts";
import { type Lines, linesOf, type Page } from "../formula/page.ts";
import { text } from "../formula/text.ts";
import type { Formula } from "../formula/tree.ts";
import type { Node } from "../ir/node.ts";
import { conventionsOf } from "./conventions.ts";
import { type Described, type Detail, type Main, type Section, type Sections, sectionsOf } from "./describe.ts";
import { isStepCounter } from "./names.ts";
import { derivativesIn, keyOfName, type Outline } from "./outline.ts";
import { partsSaid } from "./parts-said.ts";
import { ruleLetters } from "./rule-letters.ts";
import { type About, rulesOf, variablesIn } from "./rules.ts";
import { saidOnce } from "./said-once.ts";
import { stateStarts } from "./state-starts.ts";
import { symbolsOf } from "./symbols.ts";
import { usesIn } from "./uses.ts";

/** The names and meanings that a page has told of, with their places. */
type Told = Map<string, number>;

/** A line of a section, or one of a name that it introduced. */
interface Telling {
  readonly line: Line;
  readonly isOwn: boolean;
}

/** The lines, each behind those of the names that it uses, as far as nothing was told of them. */
function tell(lines: Iterable<Main>, outline: Outline, told: Told): Telling[] {
  const telling: Telling[] = [];
  const open = new Set(lines);
  const tellOwn = (line: Main): void => {
    if (!open.delete(line)) return;
    const where = meaningsIn(line.right);
    telling.push({ line: { ...line, where }, isOwn: true });
  };
  /** A sequence may start from a value whose line would come later. */
  const tellNamed = (right: Formula): void => {
    if (right.kind === "variable") for (const line of open) if (line.left.kind === "variable" && line.left.name === right.name) tellOwn(line);
  };
  /** What functions in `right` mean, where that is new; the names in it are told first. */
  const meaningsIn = (right: Formula): Definition[] => {
    const uses = usesIn(right, outline);
    for (const { key, definition, isMeaning } of uses) {
      if (isMeaning || told.has(key)) continue;
      told.set(key, telling.length);
      tellNamed(definition.right);
      const where = meaningsIn(definition.right);
      told.set(key, telling.push({ line: { ...definition, sign: "=", where }, isOwn: false }));
    }
    return uses.flatMap(({ key, definition, isMeaning }) => {
      if (!isMeaning || told.has(key)) return [];
      told.set(key, telling.length);
      return [definition];
    });
  };
  for (const line of [...open]) tellOwn(line);
  return telling;
}

const lineOf = ({ line }: Telling): Line => line;

/** The gradients of a section from the loss down, and the errors that they are made of. */
function travelled({ lines, outline }: Section, told: Told): Pick<Lines, "errors" | "gradients"> {
  const before = new Set(told.keys());
  // The last layer stands behind the others, and its error before theirs.
  const telling = tell([...lines.values()].reverse(), outline, told);
  const slopes = new Set(outline.slopes.values());
  /** Whether it tells of the gradient of a part of a parameter, which stands before that of the whole. */
  const isOfPart = ({ isOwn, line }: Telling): boolean => !isOwn && slopes.has(line.left);
  const errors = telling.filter((each) => !each.isOwn && !isOfPart(each)).map(lineOf);
  const gradients = withParts(telling, isOfPart).reverse();
  const placeOf = ({ right }: Line): number =>
    Math.max(-1, ...usesIn(right, outline).map(({ key }) => (before.has(key) ? -1 : (told.get(key) ?? -1))));
  const places = new Map(gradients.map((lines) => [lines, placeOf(lines.at(-1) as Line)]));
  return { errors, gradients: gradients.sort((a, b) => (places.get(a) as number) - (places.get(b) as number)).flat() };
}

/** The gradients among what is told, each behind those of its parts. */
function withParts(telling: readonly Telling[], isOfPart: (each: Telling) => boolean): Line[][] {
  const found: Line[][] = [];
  const parts: Line[] = [];
  for (const each of telling) {
    if (each.isOwn || isOfPart(each)) parts.push(each.line);
    if (each.isOwn) found.push(parts.splice(0));
  }
  return found;
}

/** The full names of parameters. */
const parametersOf = ({ graph }: Described): string[] =>
  [...graph.declarations.values()].flatMap(({ name, role }) => (role === "parameter" ? [name] : []));

/** The page of a program, with the values of its graph that it tells of. */
export interface ProgramPage extends Page {
  /** By name, except for what changes from step to step of a loop. */
  readonly nodes: ReadonlyMap<string, Node>;
  /** By name what changes from step to step, and parts of parameters. */
  readonly inSteps: ReadonlyMap<string, Node>;
  /** Gradients and updates by the left-hand sides of their lines. */
  readonly results: ReadonlyMap<Formula, Node>;
}

/** What the lines of a section are that have no name of their own. */
const resultsIn = ({ lines }: Section, values: ReadonlyMap<string, Node>): [Formula, Node][] =>
  [...lines].map(([name, { left }]) => [left, values.get(name) as Node]);

/** What parameters are trained by, and what counts steps. */
function trainingIn({ gradients, symbols }: Sections): Pick<About, "losses" | "counters"> {
  const lefts = [...gradients.lines.values()].flatMap(({ left }) => (left.kind === "derivative" ? [[left.by, left.of] as const] : []));
  return { losses: new Map(lefts), counters: new Set([...symbols].filter(([, node]) => isStepCounter(node)).map(([name]) => name)) };
}

/** The lines of a section whose full names are `wanted`. */
const only = (section: Section, wanted: (name: string) => boolean): Section => ({
  ...section,
  lines: new Map([...section.lines].filter(([name]) => wanted(name))),
});

const textOf = ({ left, letters = [], right }: Line): string => `${print(left, text)} ${letters.join(" ")} ${print(right, text)}`;

/** The lines of what runs in another form, but for those that say what `forward` said, by names too: what has a name in both is told again. */
function toldAgain({ lines, outline }: Section, forward: readonly Line[], told: Told): Line[] {
  const again: Told = new Map(told);
  for (const [node, name] of outline.named) if (node.loops.length === 0) again.delete(keyOfName(name));
  const known = new Set([...forward, ...byNames(forward)].map(textOf));
  const all = byNames(tell(lines.values(), outline, again).map(lineOf));
  for (const [key, place] of again) told.set(key, place);
  return all.filter((line) => !known.has(textOf(line)));
}

/** A line that says what one before it said is told by the name of that. */
function byNames(lines: readonly Line[]): Line[] {
  const known = new Map<string, Formula>();
  return lines.map((line) => {
    const { letters, ...plain } = line;
    const key = JSON.stringify([letters, line.right]);
    const other = line.right.kind === "variable" || line.right.kind === "number" ? undefined : known.get(key);
    if (other?.kind === "variable" && other.step === undefined) return { ...plain, right: other, where: [] };
    known.set(key, line.left);
    return line;
  });
}

/** The page of a program. */
export function pageOf(described: Described, detail?: Detail): ProgramPage {
  const sections = sectionsOf(described, { ...detail, explain: true });
  const told: Told = new Map();
  const tellAll = ({ lines, outline }: Section): Line[] => tell(lines.values(), outline, told).map(lineOf);
  const isPredicted = (name: string) => described.predicted?.has(name) === true;
  const forward = tellAll(only(sections.forward, (name) => !isPredicted(name)));
  const stable = toldAgain(sections.stable, forward, told);
  const predicted = tellAll(only(sections.forward, isPredicted));
  const derived = { forward: byNames(forward), stable, predicted, ...travelled(sections.gradients, told) };
  const letters = ruleLetters(new Set(symbolsOf(linesOf({ ...derived, updates: [] }), sections, described).map(({ name }) => name)));
  const updates = rulesOf(sections.updates, parametersOf(described), told, { letters, ...trainingIn(sections) });
  const lines = saidOnce({ ...derived, updates });
  const all = linesOf(lines);
  const others = derivativesIn(sections.gradients.outline).map(([node, left]): [Formula, Node] => [left, node]);
  const results = new Map([...resultsIn(sections.gradients, described.gradients), ...others, ...resultsIn(sections.updates, described.updates)]);
  const inUpdates = new Set([...sections.updates.lines.values()].flatMap(({ right }) => variablesIn(right)));
  const symbols = symbolsOf(all, sections, described);
  const parameters = symbols.flatMap(({ name, kind }) => (kind === "parameter" ? [name] : []));
  const conventions = [...conventionsOf(all), ...partsSaid(all, parameters), ...stateStarts(described.graph, lines.updates, inUpdates, letters)];
  return { ...lines, symbols, conventions, nodes: sections.symbols, inSteps: sections.inSteps, results };
}
