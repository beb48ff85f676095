// What a step assigns, as one rule for all parameters of which it is the same:
//
//   m ← 0.9·m + 0.1·g
//   w ← w − lr·m
//   with g = ∂loss/∂w for each w of W_hidden, b_hidden
import type { Definition, Line } from "../formula/equation.ts";
import { print } from "../formula/notation.ts";
import { text } from "../formula/text.ts";
import { type Formula, mapParts, number, partsIn, variable } from "../formula/tree.ts";
import type { Main, Section } from "./describe.ts";
import type { RuleLetters } from "./rule-letters.ts";
import { usesIn } from "./uses.ts";

/** A line of a rule, under the name that it defines or assigns. */
interface Step extends Pick<Main, "left" | "sign" | "right"> {
  readonly name: string;
}

/** What is assigned for one parameter: it and its states, by their names on the page. */
interface Own {
  readonly parameter: string;
  /** What is trained. */
  readonly loss: string;
  readonly steps: readonly Step[];
}

/** What rules know of the page. */
export interface About {
  readonly letters: RuleLetters;
  /** What parameters are trained by. */
  readonly losses: ReadonlyMap<string, string>;
  /** What counts steps. */
  readonly counters: ReadonlySet<string>;
}

const next = "⁺";

/**
 * The updates of `section`, whose lines are by full name: what rules have in common, rules, and what is of no parameter of `parameters`. Lines of names
 * in `told` stand above.
 */
export function rulesOf(whole: Section, parameters: readonly string[], told: ReadonlyMap<string, unknown>, about: About): Line[] {
  const section = { ...whole, outline: { ...whole.outline, introduced: new Map([...whole.outline.introduced].filter(([key]) => !told.has(key))) } };
  const { lines } = section;
  const trained = parameters.filter((name) => lines.has(name));
  const used = trained.map((parameter) => new Map(ownLines(section, parameter).flatMap(([, { right }]) => introducedIn(right, section))));
  const counts = new Map<string, number>();
  for (const name of used.flatMap((own) => [...own.keys()])) counts.set(name, (counts.get(name) ?? 0) + 1);
  const isShared = (name: string): boolean => trained.length === 1 || (counts.get(name) as number) > 1;
  const shared = new Map(used.flatMap((own) => [...own].filter(([name]) => isShared(name))));
  const known = new Set([...told.keys()].map((key) => key.split(" ")[0] as string));
  const owned = trained.map((parameter, i) =>
    ownOf(section, parameter, new Map([...(used[i] as Introduced)].filter(([name]) => !shared.has(name))), known, about),
  );
  const rest = [...lines].filter(([name]) => !parameters.some((parameter) => isOf(name, parameter))).map(([, line]) => ({ ...line, where: [] }));
  const common = [...shared.values()].map((line): Line => ({ ...line, sign: "=", where: [] }));
  return counted([...common, ...grouped(owned).flatMap((group) => linesOf(group, about.letters)), ...rest], about.counters);
}

type Introduced = ReadonlyMap<string, Definition>;

/** What `formula` uses of names that had to be introduced, and what these use, the latter first. */
function introducedIn(formula: Formula, section: Section): [string, Definition][] {
  return usesIn(formula, section.outline).flatMap(({ definition }) => {
    const { left, right } = definition;
    if (left.kind !== "variable" || left.name.endsWith(next)) return [];
    return [...introducedIn(right, section), [left.name, definition] as [string, Definition]];
  });
}

const ownLines = ({ lines }: Section, parameter: string): [string, Main][] => [...lines].filter(([name]) => isOf(name, parameter));

const isOf = (name: string, parameter: string): boolean => name === parameter || name.startsWith(`${parameter}.`);

const nameOf = ({ left }: Main): string => (left.kind === "variable" ? left.name : "");

/** The steps of a parameter in general names: w for itself, what a state is called behind it, g for its gradient, s for what had to be introduced. */
function ownOf(section: Section, parameter: string, introduced: Introduced, known: ReadonlySet<string>, { letters, losses }: About): Own {
  const own = ownLines(section, parameter);
  const others = new Set([...section.lines.values()].flatMap(({ right }) => variablesIn(right)));
  const general = (name: string): string => (name === parameter ? letters.w : letters.state(stateName(name.slice(parameter.length + 1), others)));
  const names = new Map([...own.map(([name, line]) => [nameOf(line), general(name)] as const), ...namesOfSteps([...introduced.keys()], known)]);
  const printed = nameOf(section.lines.get(parameter) as Main);
  const inGeneral = (formula: Formula): Formula => renamed(formula, names, { by: printed, g: letters.g });
  const stepOf = (name: string, { left, right, sign }: Pick<Main, "left" | "right" | "sign">): Step => ({
    name: names.get(name) as string,
    left: inGeneral(left),
    sign,
    right: inGeneral(right),
  });
  const defined = [...introduced].map(([name, line]) => stepOf(name, { ...line, sign: "=" }));
  const [loss = losses.get(printed) ?? "loss"] = own
    .flatMap(([, { right }]) => partsIn(right))
    .flatMap((part) => (part.kind === "derivative" ? [part.of] : []));
  return { parameter: printed, loss, steps: inOrder([...defined, ...own.map(([, line]) => stepOf(nameOf(line), line))]) };
}

/** s, s2 … for `names`, but for those that are `known`. */
function namesOfSteps(names: readonly string[], known: ReadonlySet<string>): [string, string][] {
  const all = Array.from({ length: names.length + known.size }, (_, at) => (at === 0 ? "s" : `s${at + 1}`)).filter((name) => !known.has(name));
  return names.map((name, at) => [name, all[at] as string]);
}

export const variablesIn = (formula: Formula): string[] => partsIn(formula).flatMap((part) => (part.kind === "variable" ? [part.name] : []));

/** What a rule calls a state: `m`; of one that is called like a setting its first letter. */
export function stateName(state: string, others: ReadonlySet<string>): string {
  const name = state.split(".").join("_");
  return others.has(name) ? name.slice(0, 1) : name;
}

/** `formula` in general names, of no shape of its own but for the letters of its axes. */
function renamed(formula: Formula, names: ReadonlyMap<string, string>, gradient: { readonly by: string; readonly g: string }): Formula {
  if (formula.kind === "derivative" && formula.by === gradient.by) return variable(gradient.g);
  if (formula.kind === "view" && formula.at === undefined) return renamed(formula.body, names, gradient);
  if (formula.kind === "view") return { kind: "view", body: renamed(formula.body, names, gradient), shape: [], at: formula.at as string };
  if (formula.kind !== "variable") return mapParts(formula, (part) => renamed(part, names, gradient));
  const isNext = formula.name.endsWith(next);
  const name = names.get(isNext ? formula.name.slice(0, -1) : formula.name);
  return name === undefined ? formula : variable(isNext ? `${name}${next}` : name);
}

const uses = ({ right }: Step, name: string): boolean => variablesIn(right).includes(name);

/** The steps one behind the other, so that a name has its new value behind the line that assigns it; as they are where that cannot be. */
function inOrder(steps: readonly Step[]): Step[] {
  const before = (a: Step, b: Step): boolean =>
    a !== b && (uses(b, `${a.name}${next}`) || (a.sign === "=" && uses(b, a.name)) || (b.sign === "←" && uses(a, b.name)));
  const open = [...steps];
  const done: Step[] = [];
  while (open.length > 0) {
    const at = open.findIndex((step) => !open.some((other) => before(other, step)));
    if (at < 0) return [...steps];
    done.push(...open.splice(at, 1));
  }
  return done.map((step) => ({ ...step, right: withoutNext(step.right) }));
}

const withoutNext = (formula: Formula): Formula =>
  formula.kind === "variable" && formula.name.endsWith(next) ? variable(formula.name.slice(0, -1)) : mapParts(formula, withoutNext);

/** Parameters whose rules read alike together, the largest group first. */
function grouped(owned: readonly Own[]): Own[][] {
  const groups = new Map<string, Own[]>();
  for (const own of owned) {
    const key = [own.loss, ...own.steps.map(({ left, sign, right }) => `${print(left, text)} ${sign} ${print(right, text)}`)].join("\n");
    groups.set(key, [...(groups.get(key) ?? []), own]);
  }
  return [...groups.values()].sort((a, b) => b.length - a.length);
}

function linesOf(group: readonly Own[], { w, g }: RuleLetters): Line[] {
  const { steps, loss } = group[0] as Own;
  const general = [w, g, ...steps.map(({ name }) => name)].flatMap((name) => [name, `${name}${next}`]);
  const lines = steps.map(({ left, sign, right }): Line => ({ left, sign, right, where: [], general }));
  const last = lines.at(-1) as Line;
  return [...lines.slice(0, -1), { ...last, rule: { of: group.map(({ parameter }) => parameter), loss, w, g } }];
}

/** `lines` with t counted from 1, as books do, where it only stands in t + 1 and the like; what they count t from stands with the rules. */
function counted(lines: readonly Line[], counters: ReadonlySet<string>): Line[] {
  const used = lines.flatMap(({ right }) => variablesIn(right)).filter((name) => counters.has(name));
  if (used.length === 0) return [...lines];
  const isFromOne = used.length === lines.flatMap(({ right }) => partsIn(right)).filter((part) => laterCount(part, counters) !== undefined).length;
  return lines.map((line): Line => {
    const right = isFromOne ? fromOne(line.right, counters) : line.right;
    return { ...line, right, ...(line.rule && { rule: { ...line.rule, t: counterOf(line, lines, used), from: isFromOne ? 1 : 0 } }) };
  });
}

/** What counts the steps in the rule whose last line is `line`, else before all rules. */
function counterOf({ general }: Line, lines: readonly Line[], used: readonly string[]): string {
  const own = lines.filter((each) => each.general === general).flatMap(({ right }) => variablesIn(right));
  return own.find((name) => used.includes(name)) ?? (used[0] as string);
}

/** n of t + n. */
function laterCount(formula: Formula, counters: ReadonlySet<string>): number | undefined {
  if (formula.kind !== "operator" || formula.op !== "+" || formula.args.length !== 2) return undefined;
  const [t, later] = formula.args as readonly [Formula, Formula];
  return t.kind === "variable" && counters.has(t.name) && later.kind === "number" && later.value >= 1 ? later.value : undefined;
}

/** t for t + 1, t + 1 for t + 2. */
function fromOne(formula: Formula, counters: ReadonlySet<string>): Formula {
  const later = laterCount(formula, counters);
  if (later === undefined || formula.kind !== "operator") return mapParts(formula, (part) => fromOne(part, counters));
  const t = { ...(formula.args[0] as Formula), scalar: true } as Formula;
  return later === 1 ? t : { ...formula, args: [t, number(later - 1)] };
}
