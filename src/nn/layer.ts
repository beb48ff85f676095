// What all layers share: parts made at the first application, names, inputs and results.

import { layerNotApplied, layerWidth, noSuchParameter } from "../../compiler/diagnostics/definitions.ts";
import { withoutOperators } from "../../compiler/diagnostics/operators.ts";
import type { Graph, Position } from "../../compiler/ir/node.ts";
import { applying, definitionOf, type Item, recordOrigin } from "../definition.ts";
import { isTensor } from "../is-tensor.ts";
import { currentFrame } from "../scope.ts";
import { type Kinds, text } from "../settings.ts";
import { definingGraph, read, type Tensor } from "../tensor.ts";
import { newItem } from "../variables.ts";
import { declareParts, type Parts, type Rows, type Table } from "./parts.ts";

/** A function of tensors that makes its parameters at its first application and shares them afterwards. */
export interface Layer {
  (x: Tensor): Tensor;
  /** @throws GradcError `layer-not-applied` before the first application, `no-such-parameter` where the kind has none */
  readonly weight: Tensor;
  /** @throws GradcError `layer-not-applied`, `no-such-parameter` */
  readonly bias: Tensor;
}

/** A layer of several inputs or results. */
export interface LayerOf<Inputs extends readonly unknown[], Output> extends Pick<Layer, "weight" | "bias"> {
  (...inputs: Inputs): Output;
}

/** Any layer, whatever it is a function of. */
export type AnyLayer = LayerOf<never, unknown>;

/** `{ name }` instead of the variable's name. */
export interface Named {
  /** What parameters and formulas are called by; the variable that holds the layer, or its value, unless stated. */
  readonly name?: string;
}

export const namedKinds: Kinds<Named> = { name: text };

/** What a layer gives: a tensor, or several by name. */
export type Results = Tensor | { readonly [name: string]: Tensor | undefined };

/** All inputs of a layer. */
export type Tensors = readonly [Tensor, ...Tensor[]];

/** What a kind of layer does: a function of `Inputs`, of which a call gives `Given`. */
export interface Kind<Given extends readonly unknown[], Inputs extends Tensors, Output extends Results, P extends Rows> {
  readonly kind: string;
  readonly name?: string | undefined;
  /** All inputs of those that a call gives, such as `(q, k = q) => [q, k]`; the first alone unless stated. */
  readonly inputs?: (...given: Given) => Inputs;
  /** The shape that all inputs must have in common, as the user reads it: `[..., 12]`. */
  readonly width?: (inputs: NoInfer<Inputs>) => string;
  readonly parts?: Table<NoInfer<Inputs>, P>;
  /** What a call gives beside tensors stands in `given`. */
  readonly apply: (inputs: NoInfer<Inputs>, parts: Parts<P>, given: NoInfer<Given>) => Output;
}

/** A kind whose types do not matter any more. */
type AnyKind = Kind<readonly Tensor[], Tensors, Results, Rows>;

type Made = Readonly<Record<string, Tensor>>;

interface Applied {
  readonly parts: Made;
  readonly width: string | undefined;
  readonly position: Position | undefined;
}

/** A layer as it is kept. */
interface Kept {
  readonly item: Item;
  readonly kind: AnyKind;
  readonly applied: WeakMap<Graph, Applied>;
}

const layers = new WeakMap<object, Kept>();

/** The record of a layer that names are made from; undefined for any other function. */
export const itemOf = (layer: unknown): Item | undefined => (typeof layer === "function" ? layers.get(layer)?.item : undefined);

/** A layer of one kind. Its parts are made once in each graph: a definition's body runs once a compilation. */
export function createLayer<
  Given extends readonly unknown[] = readonly [x: Tensor],
  Inputs extends Tensors = readonly [x: Tensor],
  Output extends Results = Tensor,
  P extends Rows = Record<never, never>,
>(stated: Kind<Given, Inputs, Output, P>): LayerOf<Given, Output> & { readonly [name in keyof P]: Tensor } {
  const kind = stated as unknown as AnyKind;
  const kept: Kept = { item: newItem(kind.kind, kind.name), kind, applied: new WeakMap() };
  const layer = (...given: readonly Tensor[]): Results => {
    const inputs = inputsOf(kind, given);
    const parts = partsFor(inputs, kept);
    const y = applying(inputs[0].graph, kept.item, () => kind.apply(inputs, parts, given), tensorsOf);
    noteResults(y, kept);
    return y;
  };
  const names = new Set(["weight", "bias", ...Object.keys(kind.parts ?? {})]);
  for (const name of names) Object.defineProperty(layer, name, { get: () => partOf(kept, name) });
  layers.set(layer, kept);
  const done = layer as unknown as LayerOf<Given, Output> & { readonly [name in keyof P]: Tensor };
  return withoutOperators(done, "layer", () => `the layer "${labelOf(kept.item)}"`);
}

/**
 * The layers that a layer is made of, by what they are called below it: `make` is called at the first application in each graph, when the
 * extents of the input are known.
 */
export function layersWithin<L extends Readonly<Record<string, AnyLayer>>>(whole: () => AnyLayer, make: (x: Tensor) => L): (x: Tensor) => L {
  const made = new WeakMap<Graph, L>();
  return (x) => {
    const known = made.get(x.graph);
    if (known) return known;
    const parts = make(x);
    for (const [segment, part] of Object.entries(parts)) (itemOf(part) as Item).owner = { item: itemOf(whole()) as Item, segment };
    made.set(x.graph, parts);
    return parts;
  };
}

/** @throws GradcError `not-a-tensor` */
function inputsOf({ kind, inputs = (x) => [x] }: AnyKind, given: readonly Tensor[]): Tensors {
  const [first, ...others] = inputs(...given);
  const checked = (x: Tensor) => read(`Cannot apply "nn.${kind}"`, x);
  return [checked(first), ...others.map(checked)];
}

/** What the layer is called in messages: by its name or variable, before names are final. */
const labelOf = ({ name, frame, kind }: Item): string => name ?? frame?.site.name ?? kind;

function partsFor(inputs: Tensors, { kind, item, applied }: Kept): Made {
  const { graph } = inputs[0];
  const known = applied.get(graph);
  const width = kind.width?.(inputs);
  if (known && known.width !== width) {
    throw layerWidth(
      labelOf(item),
      inputs.map(({ shape }) => shape),
      known.width as string,
      known.position,
    );
  }
  if (known) return known.parts;
  const parts = declareParts(graph, item, kind.parts ?? {}, inputs);
  applied.set(graph, { parts, width, position: graph.here });
  return parts;
}

const tensorsOf = (results: Results): Tensor[] => (isTensor(results) ? [results] : Object.values(results).filter((part) => part !== undefined));

/** Gives what the layer was applied to its name, and keeps where it comes from: of several results each by its own name. */
function noteResults(results: Results, { kind, item }: Kept): void {
  const frame = currentFrame();
  const named = isTensor(results) ? [[undefined, results] as const] : Object.entries(results);
  for (const [part, node] of named) {
    if (!node) continue;
    const isNamed = kind.name !== undefined || (part !== undefined && frame?.site.direct && frame.site.name !== undefined);
    if (isNamed) definitionOf(node.graph)?.values.push({ node, frame, name: kind.name, part });
    if (!kind.parts) continue;
    recordOrigin(node, labelOf(item));
    definitionOf(node.graph)?.applied.push({ item, value: node });
  }
}

/** The parts of a layer that was applied, for `what` it does with `x`. @throws GradcError `layer-not-applied`, `layer-width` */
export function partsAgain(layer: AnyLayer, x: Tensor, what: string): Made {
  const kept = layers.get(layer) as Kept;
  if (!kept.applied.has(x.graph)) throw layerNotApplied(labelOf(kept.item), what);
  return partsFor([x], kept);
}

function partOf({ item, applied }: Kept, name: string): Tensor {
  const known = applied.get(definingGraph(`Cannot read "${name}" of a layer`));
  if (!known) throw layerNotApplied(labelOf(item), name);
  const part = known.parts[name];
  if (!part) throw noSuchParameter(labelOf(item), name);
  return part;
}
