// What all layers share: two forms, parameters made at the first application, names.

import { inferredWidth, layerNotApplied, layerWidth, noSuchParameter } from "../../compiler/diagnostics/definitions.ts";
import { withoutOperators } from "../../compiler/diagnostics/operators.ts";
import { shown } from "../../compiler/diagnostics/settings.ts";
import { notATensor } from "../../compiler/diagnostics/tensors.ts";
import type { Graph, Position } from "../../compiler/ir/node.ts";
import { definitionOf, type Item, recordOrigin } from "../definition.ts";
import { isTensor } from "../is-tensor.ts";
import { currentFrame } from "../scope.ts";
import { type Kinds, text } from "../settings.ts";
import { definingGraph, read, type Tensor } from "../tensor.ts";
import { declareVariable, newItem, type VariableSpec } from "../variables.ts";

/** A function of tensors that makes its parameters at its first application and shares them afterwards. */
export interface Layer {
  (x: Tensor): Tensor;
  /** @throws GradcError `layer-not-applied` before the first application, `no-such-parameter` where the kind has none */
  readonly weight: Tensor;
  /** @throws GradcError `layer-not-applied`, `no-such-parameter` */
  readonly bias: Tensor;
}

/** `{ name }` instead of the variable's name. */
export interface Named {
  readonly name?: string;
}

export const namedKinds: Kinds<Named> = { name: text };

/** The parameters and states of a layer by their last names. */
export type Parts = { readonly [name: string]: Tensor };

/** Declares a parameter or state of the layer. */
export type Declare = (suffix: string, spec: Omit<VariableSpec, "item" | "suffix">) => Tensor;

/** What a kind of layer does. */
export interface Kind {
  readonly kind: string;
  readonly name?: string | undefined;
  /** The shape that all inputs must have in common, as the user reads it: `[..., 12]`. */
  readonly width?: (x: Tensor) => string;
  /** Makes parameters and states for inputs like `x`. */
  readonly create?: (x: Tensor, declare: Declare, graph: Graph) => Parts;
  readonly apply: (x: Tensor, parts: Parts) => Tensor;
}

interface Applied {
  readonly parts: Parts;
  readonly width: string | undefined;
  readonly position: Position | undefined;
}

const items = new WeakMap<Layer, Item>();
const applications = new WeakMap<Layer, { readonly kind: Kind; readonly applied: WeakMap<Graph, Applied> }>();

/** The record of a layer that names are made from; undefined for any other function. */
export const itemOf = (layer: unknown): Item | undefined => (typeof layer === "function" ? items.get(layer as Layer) : undefined);

/** A layer of one kind. Its parameters are made once in each graph: a definition's body runs once a compilation. */
export function createLayer(kind: Kind): Layer {
  const item = newItem(kind.kind, kind.name);
  const applied = new WeakMap<Graph, Applied>();
  const layer = (x: Tensor): Tensor => {
    const value = read(`Cannot apply "nn.${kind.kind}"`, x);
    const y = kind.apply(value, partsFor(value, kind, item, applied));
    noteResult(y, kind, item);
    return y;
  };
  const part = (name: string) => () => partOf(item, applied, name);
  Object.defineProperties(layer, { weight: { get: part("weight") }, bias: { get: part("bias") } });
  items.set(layer as Layer, item);
  applications.set(layer as Layer, { kind, applied });
  return withoutOperators(layer as Layer, "layer", () => `the layer "${labelOf(item)}"`);
}

/** What the layer is called in messages: by its name or variable, before names are final. */
const labelOf = ({ name, frame, kind }: Item): string => name ?? frame?.site.name ?? kind;

function partsFor(x: Tensor, kind: Kind, item: Item, applied: WeakMap<Graph, Applied>): Parts {
  const { graph } = x;
  const known = applied.get(graph);
  const width = kind.width?.(x);
  if (known && known.width !== width) throw layerWidth(labelOf(item), x.shape, known.width as string, known.position);
  if (known) return known.parts;
  const parts = kind.create?.(x, (suffix, spec) => declareVariable(graph, { item, suffix, ...spec }), graph) ?? {};
  applied.set(graph, { parts, width, position: graph.here });
  return parts;
}

function noteResult(y: Tensor, kind: Kind, item: Item): void {
  if (kind.name !== undefined) definitionOf(y.graph)?.values.push({ node: y, frame: currentFrame(), name: kind.name });
  if (kind.create) recordOrigin(y, labelOf(item));
}

/** The parts of a layer that was applied, for `what` it does with `x`. @throws GradcError `layer-not-applied`, `layer-width` */
export function partsAgain(layer: Layer, x: Tensor, what: string): Parts {
  const item = items.get(layer) as Item;
  const { kind, applied } = applications.get(layer) as { kind: Kind; applied: WeakMap<Graph, Applied> };
  if (!applied.has(x.graph)) throw layerNotApplied(labelOf(item), what);
  return partsFor(x, kind, item, applied);
}

function partOf(item: Item, applied: WeakMap<Graph, Applied>, name: string): Tensor {
  const known = applied.get(definingGraph(`Cannot read "${name}" of a layer`));
  if (!known) throw layerNotApplied(labelOf(item), name);
  const part = known.parts[name];
  if (!part) throw noSuchParameter(labelOf(item), name);
  return part;
}

/** The two forms of a layer: with a tensor first it applies, without it gives a `Layer`. */
export interface TwoForms<Settings extends readonly unknown[], L extends Layer = Layer> {
  (x: Tensor, ...settings: Settings): Tensor;
  (...settings: Settings): L;
}

const twoFormed = new WeakSet<object>();

/** Whether `step` is the function of a kind of layer, such as `nn.relu`. */
export const hasTwoForms = (step: unknown): step is () => Layer => typeof step === "function" && twoFormed.has(step);

/** What TypeScript shows for the last number of a call in PyTorch's order, which begins with the width of the input: the call to write. */
export type WidthIsInferred<Last, Call extends string> = Last extends number ? `the input width is inferred: nn.${Call}` : Last;

/**
 * Refuses settings with a number where options belong: they begin with the width of the input, as PyTorch's do. A setting that is one too many for
 * an input of another width, or is true or false, is left to the check of options.
 */
function refuseInputWidth(kind: string, settings: readonly unknown[], required: number, x: Tensor | undefined): void {
  const extra = settings[required];
  if (typeof extra !== "number" && !Array.isArray(extra)) return;
  if (required > 1 && x && x.shape[1] !== settings[0]) return;
  const texts = settings.map((each) => shown(each));
  throw inferredWidth(`nn.${kind}`, texts.join(", "), `nn.${kind}(${texts.slice(1, required + 1).join(", ")})`);
}

/** Whether `value` is an object of tensors, as a body is given them; a list of tensors is one too. */
const holdsTensors = (value: unknown): boolean =>
  typeof value === "object" && value !== null && !isTensor(value) && Object.values(value).some(isTensor);

/**
 * Both forms of the layer `kind` that `create` makes from its settings. What comes first and can be neither a tensor nor a setting was
 * meant as a tensor; a first setting that has a default may be undefined. `infersWidth`: the layer finds the width of its input by itself.
 * @throws GradcError `not-a-tensor`, `inferred-width`
 */
export function twoForms<Settings extends readonly unknown[], L extends Layer>(
  kind: string,
  create: (...settings: Settings) => L,
  { infersWidth = false } = {},
): TwoForms<Settings, L> {
  const both = (...args: readonly unknown[]): Tensor | L => {
    const [first, ...rest] = args;
    const isNeither = (first === undefined && create.length > 0) || first === null || typeof first === "function" || holdsTensors(first);
    if (args.length > 0 && isNeither) throw notATensor(`Cannot apply "nn.${kind}"`, first);
    const settings = (isTensor(first) ? rest : args) as unknown as Settings;
    if (infersWidth) refuseInputWidth(kind, settings, create.length, isTensor(first) ? first : undefined);
    return isTensor(first) ? create(...settings)(first) : create(...settings);
  };
  twoFormed.add(both);
  return both as TwoForms<Settings, L>;
}
