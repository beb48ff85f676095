// A page as a reader has it: what its names are the values of, and its lines, read from their text.
import { type Described, type Section, type Sections, sectionsOf } from "../../compiler/describe/describe.ts";
import { derivativesIn } from "../../compiler/describe/outline.ts";
import { type Stepped, steppedIn } from "../../compiler/describe/stepped.ts";
import { usesIn } from "../../compiler/describe/uses.ts";
import type { Definition } from "../../compiler/formula/equation.ts";
import { print } from "../../compiler/formula/notation.ts";
import { text } from "../../compiler/formula/text.ts";
import { type Call, type Formula, partsOf } from "../../compiler/formula/tree.ts";
import { evaluate as extent, type Sizes } from "../../compiler/ir/dim.ts";
import type { Node } from "../../compiler/ir/node.ts";
import { withBodies } from "../../compiler/ir/walk.ts";
import { isOp } from "../../compiler/ops/table.ts";
import { byLetters, read } from "../../compiler/reading/parse.ts";
import type { Meaning } from "../../compiler/reading/scope.ts";
import { spelled } from "../../compiler/reading/spelling.ts";
import type { Term } from "../../compiler/reading/tree.ts";
import { GradcError } from "../../runtime/error.ts";
import { withoutLetters } from "./letters.ts";
import type { SignSlip } from "./slips.ts";
import { partedName } from "./steps.ts";

/** A line of the page. */
export interface PageLine {
  readonly name: string;
  readonly node: Node;
  readonly text: string;
  /** The letters on the left. */
  readonly letters?: readonly string[] | undefined;
  /** Undefined where the page does not say enough to be read. */
  readonly term: Term | undefined;
  /** The same in other forms, in which mistakes are looked for too. */
  readonly others?: readonly Term[] | undefined;
  /** Values that it may wrongly have a factor of, where the page says which. */
  readonly beside?: readonly Term[] | undefined;
  /** Of what is said for each step of a loop, how many there are; `node` has all of them along its first axis. */
  readonly steps?: number | undefined;
}

export interface ReadPage {
  /** What each name is the value of. */
  readonly symbols: ReadonlyMap<string, Node>;
  /** The lines of values and errors by their names, those of gradients by `∂loss/∂W_z`. */
  readonly lines: ReadonlyMap<string, PageLine>;
  /** Names on the page by all that they may be written as. */
  readonly spellings: ReadonlyMap<string, string>;
  readonly meanings: ReadonlyMap<string, Meaning>;
  /** What changes from step to step of a loop, by its name without the step. */
  readonly stepped: ReadonlyMap<string, Stepped>;
  /** The numbers that are drawn, by what stands below `random`. */
  readonly drawn: ReadonlyMap<string, Node>;
  /** The number of columns of `onehot` by what it is of; under the empty name where it is the only one. */
  readonly classes: ReadonlyMap<Node | "", number>;
  /** Whether there are rows, which `batch` counts. */
  readonly hasRows: boolean;
  /** What may stand for a number that has a sign of its own, on a page of those. */
  readonly signsLike?: ((term: Term, letters: readonly string[]) => readonly SignSlip[]) | undefined;
}

/** Under which name the meaning of a call is known. */
export const meaningKey = ({ name, subscript, args }: { name: string; subscript?: string | undefined; args: readonly unknown[] }): string =>
  `${name} ${subscript ?? ""} ${args.length}`;

function attempt(line: string, functions: ReadonlySet<string>): Term | undefined {
  try {
    return read(line, undefined, { functions });
  } catch (error) {
    if (error instanceof GradcError) return undefined;
    throw error;
  }
}

function callsIn(formula: Formula): Call[] {
  const found: Call[] = [];
  const stack = [formula];
  for (let part = stack.pop(); part; part = stack.pop()) {
    if (part.kind === "call") found.push(part);
    stack.push(...partsOf(part));
  }
  return found;
}

const sectionsRead = ({ forward, gradients }: Sections): readonly Section[] => [forward, gradients];

/** What is told of a name that had to be introduced. */
interface Told {
  readonly name: string;
  readonly definition: Definition;
  /** What it is the value of, where the section gave it its name. */
  readonly node: Node | undefined;
}

/** What is told as a derivative, by that. */
const slopesIn = (outline: Section["outline"]): [string, Node][] => derivativesIn(outline).map(([node, slope]) => [print(slope, text), node]);

/** The lines of names that those of a section use, each once, as the page prints them; `known` are those that were told before. */
function toldBy({ lines, outline }: Section, known: Set<string>): Told[] {
  const nodes = new Map([...[...outline.named].map(([node, name]) => [name, node] as const), ...slopesIn(outline)]);
  const open = [...lines.values()].map(({ right }) => right);
  const used = new Set<Definition>();
  for (let formula = open.shift(); formula; formula = open.shift())
    for (const { key, definition, isMeaning } of usesIn(formula, outline)) {
      if (known.has(key)) continue;
      known.add(key);
      open.push(definition.right);
      if (!isMeaning) used.add(definition);
    }
  const told = [...outline.introduced.values()].flat().filter((definition) => used.has(definition));
  return told.map((definition) => {
    const { left } = definition;
    const name = left.kind === "variable" ? left.name : print(left, text);
    return { name, definition, node: nodes.get(name) };
  });
}

/** What functions mean, also those in what others mean. */
function meaningsIn(formulas: readonly Formula[]): Map<string, Meaning> {
  const calls = formulas.flatMap(callsIn).filter(({ meaning }) => meaning !== undefined);
  const names = new Set(calls.map(({ name }) => name));
  const found = calls.flatMap((call): [string, Meaning][] => {
    const { formal, body } = call.meaning as NonNullable<Call["meaning"]>;
    const term = attempt(print(body, text), names);
    return term ? [[meaningKey(call), { formal: formal.map((each) => print(each, text)), body: term }]] : [];
  });
  return new Map(found);
}

/** The widths of one-hot rows, by what they are made of. */
function classesIn(nodes: readonly Node[], sizes: Sizes): Map<Node | "", number> {
  const found = new Map<Node | "", number>();
  for (const node of nodes) if (isOp(node, "oneHot")) found.set(node.inputs[0] as Node, extent(node.params.extent, sizes));
  const all = new Set(found.values());
  if (all.size === 1) found.set("", [...all][0] as number);
  return found;
}

/** The page of what `described` holds, read from its text. */
export function readPage(described: Described): ReadPage {
  const sections = sectionsOf({ ...described, updates: new Map() });
  const parts = sectionsRead(sections);
  const formulas = parts.flatMap(({ lines, outline }) =>
    [...[...lines.values()], ...[...outline.introduced.values()].flat()].map(({ right }) => right),
  );
  const meanings = meaningsIn(formulas);
  const functions = new Set([...meanings.keys()].map((key) => key.split(" ")[0] as string));
  const nodes = withBodies([...described.values.values(), ...described.gradients.values()]);
  const known = new Set<string>();
  const told = parts.flatMap((part) => toldBy(part, known));
  const introduced = new Map(told.flatMap(({ name, node }) => (node ? [[name, node] as const] : [])));
  const named = new Map([...sections.symbols, ...[...introduced].filter(([, { loops }]) => loops.length === 0)]);
  const stepped = steppedIn(new Map([...sections.inSteps, ...[...introduced].filter(([, { loops }]) => loops.length > 0)]), named, nodes);
  const lines = new Map<string, PageLine>();
  const add = ({ left, letters, right }: Definition, node: Node | undefined) => {
    const name = print(left, text);
    const parted = named.has(name) ? undefined : partedName(name);
    const own = parted && stepped.get(parted.name);
    const value = own ? (parted.step === "t" ? own.all : own.start) : node;
    if (value?.loops.length !== 0 || lines.has(name)) return;
    const line = print(right, text);
    const steps = parted?.step === "t" ? own?.steps : undefined;
    const term = attempt(line, functions);
    lines.set(name, { name, node: value, text: line, letters, term: term && byLetters(letters, term), ...(steps !== undefined && { steps }) });
  };
  for (const { definition } of told) add(definition, named.get(print(definition.left, text)));
  for (const [name, line] of sections.forward.lines) add(line, described.values.get(name));
  for (const [name, line] of sections.gradients.lines) add(line, described.gradients.get(name));
  const others = [...described.values].filter(([name, { loops }]) => loops.length === 0 && !named.has(name) && name !== "batch");
  const partsOfOthers = [...sections.inSteps].filter(([name, { loops }]) => loops.length === 0 && !named.has(name));
  const symbols = new Map([...named, ...others, ...partsOfOthers]);
  return {
    symbols,
    lines,
    meanings,
    stepped,
    drawn: new Map(nodes.flatMap((node) => (isOp(node, "random") ? [[String(node.params.stream + 1), node] as const] : []))),
    spellings: spellingsOf(symbols),
    classes: classesIn(nodes, {}),
    hasRows: nodes.some(({ shape }) => shape.includes("batch")),
  };
}

/** What names may be written as: `delta_z` for `δ_z`, and by its full name `z.weight` for `W_z`. */
function spellingsOf(symbols: ReadonlyMap<string, Node>): Map<string, string> {
  const found = new Map<string, string>();
  for (const [name, node] of symbols)
    if (isOp(node, "parameter") || isOp(node, "state") || isOp(node, "input")) found.set(spelled(node.params.name), name);
  for (const name of symbols.keys()) found.set(spelled(name), name);
  return found;
}

const derivative = /[∂d][^\s/]{1,80}\s*\/\s*[∂d]([\p{L}_][\p{L}\p{M}\d_.]{0,80})/gu;

/** Values and inputs by which claims differentiate and the page does not, as the page calls them where it has a name for them. */
export function valuesAsked({ symbols, spellings, lines }: ReadPage, claims: readonly { readonly text: string }[]): string[] {
  const asked = claims.flatMap(({ text }) => [...text.matchAll(derivative)].map(([, by = ""]) => by));
  const names = new Set(asked.flatMap((by) => [by, withoutLetters(by)]).map((by) => spellings.get(spelled(by)) ?? by));
  const derived = new Set([...lines.keys()].flatMap((name) => /^∂.*\/∂(.+)$/.exec(name)?.[1] ?? []));
  const isState = (name: string) => symbols.get(name)?.op === "state";
  return [...names].filter((name) => !derived.has(name) && !isState(name));
}
