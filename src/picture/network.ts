// A network as boxes: one for a layer, with what goes forward through it and what comes back. Many alike in a row are one box.
import { gradientsOf } from "../../compiler/calculus/differentiate.ts";
import type { Described } from "../../compiler/describe/describe.ts";
import { mathNames } from "../../compiler/describe/names.ts";
import { product } from "../../compiler/ir/dim.ts";
import type { Node } from "../../compiler/ir/node.ts";
import type { Shape } from "../../compiler/ir/type.ts";
import { words } from "../../compiler/words/words.ts";
import type { Layer } from "./layers.ts";
import type { Wording } from "./names.ts";

export interface LayerBox {
  readonly name: string | undefined;
  readonly kind: string;
  /** Of its result. */
  readonly shape: string;
  /** Numbers that are learnt in it. */
  readonly weights: number;
  /** Whether a box before it has these weights too. */
  readonly isShared: boolean;
  /** Steps of its loop, where it is one. */
  readonly loop: number | undefined;
  /** What comes back to it, and the gradients that this gives; undefined where nothing is learnt in it or before it. */
  readonly error: { readonly text: string; readonly gradients: readonly string[] } | undefined;
  /** Numbers of the boxes whose results it is made of, all before it. */
  readonly from: readonly number[];
}

/** A number that no gradient is taken of is nobody's error. */
export const lossesOf = ({ values, derivatives }: Described): Node[] =>
  [...new Set(["loss", ...[...(derivatives?.values() ?? [])].map(({ of }) => of)])].flatMap((name) => values.get(name) ?? []);

/** The boxes of layers. */
export function networkOf(described: Described, layers: readonly Layer[], wording: Wording): LayerBox[] {
  const learning = learningIn(described, layers);
  const seen = new Set<Node>();
  const positions = new Map(layers.map((layer, i) => [layer, i]));
  const boxes = layers.map((layer): LayerBox => {
    const parameters = new Set(layer.steps.flatMap((step) => step.parameters));
    const isShared = [...parameters].some((parameter) => seen.has(parameter));
    for (const parameter of parameters) seen.add(parameter);
    return {
      name: wording.nameOf(layer),
      kind: wording.kindOf(layer),
      shape: shapeText(layer.value.shape),
      weights: [...parameters].reduce((count, { shape }) => count + Number(product(shape)), 0),
      isShared,
      loop: layer.loop,
      error: learning.has(layer) ? errorOf(described, layer, layers, wording) : undefined,
      from: layer.from.map((source) => positions.get(source) as number),
    };
  });
  return withoutRepeats(boxes);
}

/** Layers that gradients come to on their way to parameters. */
function learningIn(described: Described, layers: readonly Layer[]): Set<Layer> {
  const values = layers.map(({ value }) => value).filter(({ dtype }) => dtype === "f32");
  const reached = new Set(lossesOf(described).flatMap((loss) => [loss, ...gradientsOf(loss, values).keys()]));
  const learning = new Set<Layer>();
  const names = new Set([...described.gradients.keys()].map((name) => described.derivatives?.get(name)?.by ?? name));
  for (const layer of layers) {
    const isOwn = layer.steps.some(({ parameters, node }) => [node, ...parameters].some((each) => isAsked(described, each, names)));
    if (reached.has(layer.value) && (isOwn || layer.from.some((source) => learning.has(source)))) learning.add(layer);
  }
  return learning;
}

/** Whether a gradient with respect to the value is among those of `names`. */
function isAsked({ graph }: Described, node: Node, names: ReadonlySet<string>): boolean {
  const { name } = node.params as { readonly name?: unknown };
  return (typeof name === "string" && names.has(name)) || [...(graph.names.get(node) ?? [])].some(({ text }) => names.has(text));
}

/** What comes back to a layer, by the page's names: `δ_a`, else `∂loss/∂u` of a value u; and the gradients that this gives. */
function errorOf(described: Described, layer: Layer, layers: readonly Layer[], wording: Wording): LayerBox["error"] {
  const { gradients, derivatives } = described;
  const own = new Set(layer.steps.flatMap(({ parameters }) => parameters.map(({ params }) => params.name)));
  const asked = [...gradients.keys()].filter((key) => own.has(derivatives?.get(key)?.by ?? key));
  const known = wording.errorAt(layer);
  const symbol = known?.name ?? symbolOf(described, layer, layers, wording);
  const at = known?.at ?? beforeActivation(layer);
  const is = lossesOf(described).includes(layer.value) ? " = 1" : `: ${shapeText(at.shape)}`;
  return { text: `${symbol}${is}`, gradients: asked.map(wording.gradient) };
}

/** The error at a layer that the page has no name for, numbered where the layer is applied several times; a loop has several. */
function symbolOf(described: Described, layer: Layer, layers: readonly Layer[], wording: Wording): string {
  const name = wording.nameOf(layer);
  if (lossesOf(described).includes(layer.value) && name !== undefined) return `∂${name}/∂${name}`;
  if (layer.prefix === undefined || (layer.loop !== undefined && name !== undefined))
    return name === undefined ? words.picture.boxes.error : `∂${lossName(described)}/∂${name}`;
  const alike = layers.filter((other) => other.prefix === layer.prefix);
  return `δ_${mathNames(described.graph)(layer.prefix)}${alike.length > 1 ? `_${alike.indexOf(layer) + 1}` : ""}`;
}

/** What the loss is called where there is one. */
function lossName({ derivatives }: Described): string {
  const [name = "loss", ...others] = new Set([...(derivatives?.values() ?? [])].map(({ of }) => of));
  return others.length === 0 ? name : "L";
}

/** What its activation is applied to: the last value that has parameters of its own; of a loop all its results. */
function beforeActivation({ steps, value, loop }: Layer): Node {
  return (loop === undefined && steps.filter(({ parameters }) => parameters.length > 0).at(-1)?.node) || value;
}

const shapeText = (shape: Shape): string => (shape.length === 0 ? words.scalar : shape.join(" × "));

/** How many alike in a row are written out. */
const mostAlike = 3;

/** The boxes, where runs of boxes alike that each are made of the one before are one box. */
function withoutRepeats(boxes: readonly LayerBox[]): LayerBox[] {
  const users = boxes.map((_, i) => boxes.filter(({ from }) => from.includes(i)).length);
  const kept: LayerBox[] = [];
  const position: number[] = [];
  for (let i = 0; i < boxes.length; i++) {
    const run = runFrom(boxes, users, i);
    const [first, last] = [boxes[i] as LayerBox, boxes[i + run - 1] as LayerBox];
    const from = first.from.map((source) => position[source] as number);
    kept.push(run > mostAlike ? merged(boxes.slice(i, i + run), last, from) : { ...first, from });
    const length = run > mostAlike ? run : 1;
    for (let at = i; at < i + length; at++) position[at] = kept.length - 1;
    i += length - 1;
  }
  return kept;
}

function runFrom(boxes: readonly LayerBox[], users: readonly number[], first: number): number {
  const like = boxes[first] as LayerBox;
  let length = 1;
  for (let i = first + 1; i < boxes.length; i++) {
    const { kind, shape, weights, loop, isShared, from, error } = boxes[i] as LayerBox;
    const isAlike = kind === like.kind && shape === like.shape && weights === like.weights && loop === like.loop && isShared === like.isShared;
    const isNext = from.length === 1 && from[0] === i - 1 && users[i - 1] === 1 && (error === undefined) === (like.error === undefined);
    if (!isAlike || !isNext) break;
    length++;
  }
  return length;
}

function merged(run: readonly LayerBox[], last: LayerBox, from: readonly number[]): LayerBox {
  const [first] = run as readonly [LayerBox];
  const both = (a: string | undefined, b: string | undefined) => (a === undefined || b === undefined ? undefined : `${a} … ${b}`);
  const gradients = run.reduce((count, { error }) => count + (error?.gradients.length ?? 0), 0);
  return {
    ...first,
    name: both(first.name, last.name),
    kind: words.picture.boxes.alike(run.length, first.kind),
    weights: run.reduce((count, { weights }) => count + weights, 0),
    error: first.error && {
      text: words.picture.boxes.errorOfEach(first.shape),
      gradients: gradients === 0 ? [] : [words.picture.boxes.gradients(gradients)],
    },
    from,
  };
}
