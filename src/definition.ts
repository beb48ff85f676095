// What is known of a definition while its body runs, beside its graph.
import { scanBody } from "../compiler/diagnostics/definitions.ts";
import type { ScalarParsers } from "../compiler/frontend/scalar/parsers.ts";
import type { ScalarFunction } from "../compiler/frontend/scalar/tree.ts";
import type { Graph, Node } from "../compiler/ir/node.ts";
import type { Head } from "../runtime/program.ts";
import type { CallFrame } from "./frame.ts";

/** A layer, or a parameter or state that the user declared: what gets a name of its own. */
export interface Item {
  /** `linear`, `standardize`, `parameter`. */
  readonly kind: string;
  /** The call that made it. */
  readonly frame: CallFrame | undefined;
  /** `{ name }`: overrides the name of the variable. */
  readonly name: string | undefined;
  readonly serial: number;
  /** The layer that it is a part of, and the part's name there; without one, its parameters are named as those of the whole. */
  owner?: { readonly item: Item; readonly segment?: string };
  /** How many of its parts are named by their position. */
  positions?: number;
}

// These only apply what they are given, one after the other or beside its input.
const chains = new Set(["sequential", "residual"]);

/** The kind of the layer that has `item` as a part, the outermost that is no chain of layers; its own kind where there is none. */
export function layerKindOf({ kind, owner }: Item): string {
  let found = kind;
  for (let around = owner?.item; around; around = around.owner?.item) if (!chains.has(around.kind)) found = around.kind;
  return found;
}

/** A source whose final name is known when the body has run. */
export interface Variable {
  /** A `parameter` or `state` node under a provisional name. */
  readonly node: Node;
  readonly item: Item;
  /** What is added to the item's name: `weight`, or nothing. */
  readonly suffix: string;
}

/** A value that reached a variable of the user's, or has a `{ name }`. */
export interface NamedValue {
  readonly node: Node;
  readonly frame: CallFrame | undefined;
  /** `{ name }` of the layer that made it, instead of the variable. */
  readonly name?: string | undefined;
  /** Its own name among the results of a layer that has several. */
  readonly part?: string | undefined;
}

/** A value whose statistics `nn.standardize` takes, and the states that hold them. */
export interface Standardized {
  readonly value: Node;
  readonly mean: Node;
  readonly deviation: Node;
}

/** A scalar function that was applied. */
export interface AppliedScalar {
  /** What the user wrote, on one line. */
  readonly source: string;
  readonly translated: ScalarFunction;
  readonly result: Node;
}

/** A cross-entropy of a prediction and a target. */
export interface Compared {
  readonly prediction: Node;
  readonly target: Node;
  /** What makes a probability of the prediction. */
  readonly link: Head["link"];
}

/** What a layer with parts of its own gave. */
export interface Applied {
  readonly item: Item;
  readonly value: Node;
}

/** A part of what a layer computes that formulas call by a name. */
export interface LayerPart {
  readonly value: Node;
  /** What it is called by before the name of the layer. */
  readonly letter: string;
  readonly hasError: boolean;
  /** The layer, and what it gave; undefined outside of layers. */
  within?: { readonly item: Item; readonly given: readonly Node[] };
}

/** What a layer computes on the way, and what it is in that. */
export interface LayerValueName {
  readonly value: Node;
  readonly name: string;
  /** The layer; undefined outside of layers. */
  item?: Item;
}

/** A call of `update`. */
export interface Assignment {
  readonly target: Node;
  readonly value: Node;
  /** What the layer gave in whose application it stands; undefined where it stands in none. */
  given: readonly Node[] | undefined;
}

/** A call of `gradient`. */
export interface Derivation {
  readonly scalar: Node;
  readonly gradients: readonly Node[];
  /** How many nodes there were before. */
  readonly since: number;
}

/** The same by the layer's final name. */
export interface LayerValue {
  readonly layer: string;
  readonly value: Node;
}

export interface Definition {
  /** Readers of the scalar functions of `elementwise`. */
  readonly parsers: ScalarParsers;
  readonly variables: Variable[];
  readonly values: NamedValue[];
  readonly applied: Applied[];
  /** What formulas call parts of losses. */
  readonly parts: { readonly value: Node; readonly name: string }[];
  readonly layerParts: LayerPart[];
  /** What layers compute on the way that has names of its own. */
  readonly layerValues: LayerValueName[];
  /** In the order of the calls, as those of `derivations`. */
  readonly assignments: Assignment[];
  readonly derivations: Derivation[];
  readonly standardized: Standardized[];
  readonly scalars: AppliedScalar[];
  readonly compared: Compared[];
  /** Whether training normalises by the statistics of the rows alone, which one row has none of. */
  normalisesRows: boolean;
}

const definitions = new WeakMap<Graph, Definition>();

/** Starts to keep the records of the definition whose graph is `graph`. */
export function startDefinition(graph: Graph, parsers: ScalarParsers): Definition {
  const definition: Definition = {
    parsers,
    variables: [],
    values: [],
    applied: [],
    parts: [],
    layerParts: [],
    layerValues: [],
    assignments: [],
    derivations: [],
    standardized: [],
    scalars: [],
    compared: [],
    normalisesRows: false,
  };
  definitions.set(graph, definition);
  return definition;
}

/** The records of `graph`; undefined when no definition is running there. */
export const definitionOf = (graph: Graph): Definition | undefined => definitions.get(graph);

/** Keeps whose statistics the states hold: of the value that the layer is first applied to. @throws GradcError `scan-body` */
export function recordStandardized(standardized: Standardized): void {
  const known = definitionOf(standardized.value.graph)?.standardized;
  if (known?.some(({ mean }) => mean === standardized.mean)) return;
  if (standardized.value.loops.length > 0) throw scanBody(...standardizedInside);
  known?.push(standardized);
}

/** What is wrong with a loop whose steps would each have statistics of their own. */
const standardizedInside = [
  "its body standardizes a value of one step, of which there is one for each step",
  "standardize what goes into the loop; a layer that was first applied outside may be applied in the body: const scale = nn.standardize()",
] as const;

/** Calls `apply`, and keeps that what it assigns to states and names belongs to `item` and what it gives, where it is not that of a layer within. */
export function applying<R>(graph: Graph, item: Item, apply: () => R, given: (results: R) => readonly Node[]): R {
  const { assignments = [], layerParts = [], layerValues = [] } = definitionOf(graph) ?? {};
  const [assigned, named, called] = [assignments.length, layerParts.length, layerValues.length];
  const results = apply();
  for (const assignment of assignments.slice(assigned)) assignment.given ??= given(results);
  for (const part of layerParts.slice(named)) part.within ??= { item, given: given(results) };
  for (const value of layerValues.slice(called)) value.item ??= item;
  return results;
}

/** Names a part of what a layer or an op computes, by which formulas call it: `letter` and the layer's name, where there is one. */
export function nameInLayer(value: Node, letter: string, { hasError = false } = {}): Node {
  definitionOf(value.graph)?.layerParts.push({ value, letter, hasError });
  return value;
}

/** Names a value by the layer that computes it, and by what it is in that: `gru.h`. */
export function nameOfLayer(value: Node, name: string): void {
  definitionOf(value.graph)?.layerValues.push({ value, name });
}

/** Names a part of what a loss computes, by which formulas call it. */
export function nameInFormulas(value: Node, name: string): Node {
  definitionOf(value.graph)?.parts.push({ value, name });
  return value;
}

/** Keeps what a cross-entropy compares, for the manifest. */
export function recordComparison(prediction: Node, target: Node, link: Head["link"]): void {
  definitionOf(prediction.graph)?.compared.push({ prediction, target, link });
}

/** Keeps that training normalises by the statistics of the rows alone. */
export function recordRowStatistics(graph: Graph): void {
  const definition = definitionOf(graph);
  if (definition) definition.normalisesRows = true;
}

// The layer that gave a value its last extent, so that shape errors can name it.
const origins = new WeakMap<Node, string>();

/** A value whose last extent a layer fixed. */
export interface Origin {
  readonly node: Node;
  readonly layer: string;
}

/** Keeps `layer` as what fixed the last extent of `node`. */
export function recordOrigin(node: Node, layer: string): void {
  origins.set(node, layer);
}

/** The layer that fixed the last extent of `node`, found backwards along values of the same extent. */
export function originOf(node: Node): Origin | undefined {
  for (let value: Node | undefined = node; value; value = value.inputs.find((input) => input.shape.at(-1) === node.shape.at(-1))) {
    const layer = origins.get(value);
    if (layer !== undefined) return { node: value, layer };
  }
  return undefined;
}
