// What layers are called in a picture and what they are: as on the page.
import { type Described, type Main, sectionsOf } from "../../compiler/describe/describe.ts";
import { mathNames } from "../../compiler/describe/names.ts";
import { formulaOf } from "../../compiler/describe/outline.ts";
import { print } from "../../compiler/formula/notation.ts";
import { text } from "../../compiler/formula/text.ts";
import { type Formula, partsIn, variable } from "../../compiler/formula/tree.ts";
import type { Node } from "../../compiler/ir/node.ts";
import { isOp } from "../../compiler/ops/table.ts";
import { words } from "../../compiler/words/words.ts";
import type { Layer } from "./layers.ts";
import type { Step } from "./steps.ts";
import { type Word, wordOf } from "./words.ts";

/** How layers are called and described. */
export interface Wording {
  /** Undefined where nobody named it. */
  nameOf(layer: Layer): string | undefined;
  /** What it is: its formula where that is short and no layer has a name for it, else what is done in order. */
  kindOf(layer: Layer): string;
  /** The error at the layer, by the names that the page has for it, and what it is the error at; undefined where it has none. */
  errorAt(layer: Layer): { readonly name: string; readonly at: Node } | undefined;
  /** A gradient by its key: `∂loss/∂W`. */
  gradient(key: string): string;
}

/** Letters of a formula that fit in a box. */
const mostLetters = 48;

export function wordingOf(described: Described, layers: readonly Layer[]): Wording {
  const { symbols, forward, gradients } = sectionsOf(described);
  const onPage = new Map<Node, string>([...symbols].map(([name, node]) => [node, name]));
  const names = namesOf(described, layers, onPage);
  const errors = errorsOn(described, onPage);
  const boxes = new Set(names.values());
  // What the page computes under a name has to be a box.
  const isShown = (name: string) => boxes.has(name) || (symbols.get(name)?.inputs.length ?? 0) === 0;
  const formulas = new Map<Node, Formula>();
  for (const [name, node] of described.values) {
    const line = forward.lines.get(name);
    if (line && variablesOf(line.right).every(isShown)) formulas.set(node, line.right);
  }
  return {
    nameOf: (layer) => names.get(layer),
    kindOf(layer) {
      const candidates = saysMore(layer, names) ? [formulaOfBoxes(layer, names), formulas.get(layer.value)] : [];
      const texts = candidates.flatMap((formula) => (formula ? [print(formula, text)] : []));
      return texts.find((formula) => formula.length <= mostLetters) ?? wordsOf(layer).join(" → ");
    },
    errorAt({ steps }) {
      const at = [...steps].reverse().find(({ node }) => errors.has(node))?.node;
      return at && { name: (errors.get(at) as readonly string[]).join(", "), at };
    },
    gradient: (key) => print((gradients.lines.get(key) as Main).left, text),
  };
}

/** Whether a formula says more of a layer than words: of a function of one value without a name it says no more. */
function saysMore(layer: Layer, names: ReadonlyMap<Layer, string>): boolean {
  const { kind, steps, from } = layer;
  if (kind !== "arithmetic" || steps.some(({ isRandom }) => isRandom)) return false;
  return names.has(layer) || from.length > 1 || steps.every((step) => wordOf(step).isMinor);
}

const variablesOf = (formula: Formula): string[] => partsIn(formula).flatMap((part) => (part.kind === "variable" ? [part.name] : []));

/** What a layer is of those that it is made of, by their names in the picture, or of what those without a name are made of; undefined where it is of others too. */
function formulaOfBoxes({ value, from }: Layer, names: ReadonlyMap<Layer, string>): Formula | undefined {
  const parts = from.flatMap((source): [Node, Formula][] => {
    const name = names.get(source);
    const part = name !== undefined ? variable(name) : source.kind === "arithmetic" ? formulaOfBoxes(source, names) : undefined;
    return part ? [[source.value, part]] : [];
  });
  if (parts.length < from.length) return undefined;
  const formula = formulaOf(value, new Map(parts));
  const boxes = new Set(parts.flatMap(([, part]) => variablesOf(part)));
  return variablesOf(formula).every((name) => boxes.has(name)) ? formula : undefined;
}

/** What the page calls the errors at values: of several losses several. */
function errorsOn({ errors = [], others = [] }: Described, onPage: ReadonlyMap<Node, string>): Map<Node, string[]> {
  const found = new Map<Node, Set<string>>();
  for (const { node, error } of [...errors, ...others]) {
    const name = onPage.get(error);
    if (name?.startsWith("δ_")) found.set(node, (found.get(node) ?? new Set()).add(name));
  }
  return new Map([...found].map(([node, names]) => [node, [...names]]));
}

/** The words of its steps, without those that say nothing beside others and without repeating any. */
function wordsOf({ steps, loop }: Layer): string[] {
  if (loop !== undefined) return [cellsOf(steps)];
  const all = steps.map(wordOf);
  const major = all.filter(({ isMinor }) => !isMinor);
  const texts = withoutCounting(major.length > 0 ? major : all).map(({ text }) => text);
  return texts.filter((word, i) => texts.indexOf(word) === i);
}

/** What a cross-entropy does with the rows that count is said by its name. */
function withoutCounting(all: readonly Word[]): readonly Word[] {
  if (!all.some(({ id }) => id.startsWith("cross-entropy"))) return all;
  return all.filter(({ id }) => id !== "choice" && id !== "÷");
}

/** `gru`, or `4 × gru` where there are several one on the other or in both directions. */
function cellsOf(steps: readonly Step[]): string {
  const cells = steps.filter(({ node }) => isOp(node, "loop")).map((step) => wordOf(step).text);
  const kinds = [...new Set(cells)].join(", ");
  return cells.length > 1 ? `${cells.length} × ${kinds}` : kinds;
}

/** The user's name of a layer's value, else that of its parameters, else the one that the page gives the value; a part of what has its parameters' name has none. */
function namesOf({ graph, values }: Described, layers: readonly Layer[], onPage: ReadonlyMap<Node, string>): Map<Layer, string> {
  const mathName = mathNames(graph);
  const given = new Map([...values].map(([name, node]) => [node, mathName(name)]));
  const own = layers.flatMap((layer): [Layer, string][] => {
    const { value, prefix } = layer;
    // What a layer with parameters gives, without what training drops of it, is that layer.
    const isKnown = given.has(value) && (prefix === undefined || graph.names.has(value) || graph.parts.get(value)?.hasError !== false);
    const name = isOp(value, "input") ? mathName(value.params.name) : isKnown ? (onPage.get(value) ?? given.get(value)) : undefined;
    return name === undefined ? [] : [[layer, name]];
  });
  const names = new Map(own);
  const taken = new Set(names.values());
  const again = new Set(layers.filter(({ prefix }, i) => layers.slice(0, i).some((other) => other.prefix === prefix)));
  for (const layer of layers) {
    if (names.has(layer)) continue;
    const candidates = [...(layer.prefix === undefined ? [] : [mathName(layer.prefix)]), onPage.get(layer.value)];
    const free = candidates.find((each) => each !== undefined && !taken.has(each));
    const name = free ?? (again.has(layer) && layer.prefix !== undefined ? words.picture.again(mathName(layer.prefix)) : undefined);
    if (name === undefined) continue;
    names.set(layer, name);
    taken.add(name);
  }
  return names;
}
