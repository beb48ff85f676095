// Initial values of parameters as graphs over counter-based random numbers. Bounds use only + - * / and the square root,
// so that they have the same bits on every engine.

import { invalidInit } from "../../compiler/diagnostics/definitions.ts";
import { settingOutOfRange, shown } from "../../compiler/diagnostics/settings.ts";
import { invalidDimension } from "../../compiler/diagnostics/tensors.ts";
import { product } from "../../compiler/ir/dim.ts";
import { elementAt } from "../../compiler/ir/element.ts";
import type { Graph, Node } from "../../compiler/ir/node.ts";
import { formatShape, sameShape } from "../../compiler/ir/type.ts";
import * as build from "../../compiler/ops/build.ts";
import type { GradcError } from "../../runtime/error.ts";
import { anything, checkOptions, isFinite32, isOptions, type Kinds } from "../settings.ts";
import { meant } from "../synonyms.ts";
import { type Data, flatten, isList } from "../tensor.ts";
import { normalKind, truncatedNormalKind, uniformKind } from "./init/draw.ts";
import { type Gain, orthogonalKind } from "./init/orthogonal.ts";
import { type Dirac, diracKind, eyeKind, sparseKind } from "./init/patterns.ts";
import { type Fans, filled, type Place } from "./init/place.ts";
import { type Kaiming, scaledKinds, type Xavier } from "./init/scaled.ts";

export type { Fans } from "./init/place.ts";

/** A value at the start: a number, data of the shape, or a kind of torch.nn.init, with its settings where the usual ones will not do. */
export type Init =
  | number
  | Data
  | "zeros"
  | "ones"
  | "eye"
  | "dirac"
  | "orthogonal"
  | "xavierUniform"
  | "xavierNormal"
  | "kaimingUniform"
  | "kaimingNormal"
  | { readonly uniform: readonly [low: number, high: number] }
  | { readonly normal: readonly [mean: number, deviation: number] }
  | { readonly truncatedNormal: readonly [mean: number, deviation: number, low: number, high: number] }
  | { readonly sparse: readonly [share: number, deviation: number] }
  | { readonly dirac: Dirac }
  | { readonly orthogonal: Gain }
  | { readonly xavierUniform: Xavier }
  | { readonly xavierNormal: Xavier }
  | { readonly kaimingUniform: Kaiming }
  | { readonly kaimingNormal: Kaiming };

/** Makes a value of `place`; `setting` is undefined where the kind is given as a text. */
type Maker = (place: Place, setting: unknown) => Node;

/** Kinds that need no setting. */
const named: Readonly<Record<string, Maker>> = {
  zeros: (place) => filled(place, 0),
  ones: (place) => filled(place, 1),
  eye: eyeKind,
  dirac: diracKind,
  orthogonal: orthogonalKind,
  ...scaledKinds,
};

/** Kinds that have settings. */
const withSettings: Readonly<Record<string, Maker>> = {
  uniform: uniformKind,
  normal: normalKind,
  truncatedNormal: truncatedNormalKind,
  sparse: sparseKind,
  dirac: diracKind,
  orthogonal: orthogonalKind,
  ...scaledKinds,
};

/** PyTorch's default of linear and convolution layers: U(±1/√fanIn), of weight and bias. */
export function defaultInit(fanIn: number): Init {
  const bound = fanIn > 0 ? 1 / Math.sqrt(fanIn) : 0;
  return { uniform: [-bound, bound] };
}

/** The fans of a parameter that no layer gave roles: [in, out], or [out, in, kernel...] with three axes or more. */
function fansOf(what: string, shape: readonly number[]): Fans {
  if (shape.length < 2) throw invalidInit(what, `${formatShape(shape)} has no fan in and fan out, which need two axes`);
  if (shape.length === 2) return { in: elementAt(shape, 0), out: elementAt(shape, 1) };
  const kernel = shape.slice(2).reduce((cells, extent) => cells * extent, 1);
  return { in: elementAt(shape, 1) * kernel, out: elementAt(shape, 0) * kernel };
}

/** What a variable has at the start, as it was declared: `what` names it in errors. */
interface Start {
  readonly what: string;
  readonly init: Init;
  readonly shape: readonly number[];
  readonly fans?: Fans | undefined;
}

/**
 * The f32 value at the start, with the random numbers of `stream`.
 * @throws GradcError `invalid-init`, `invalid-dimension`, and those of `flatten`
 */
export function initial({ what, init, shape, fans }: Start, stream: number, graph: Graph): Node {
  checkShape(what, shape);
  if (typeof init === "number") return filled({ graph, shape }, checkedNumber(what, init));
  const place: Place = { what, shape, stream, graph, fans: () => fans ?? fansOf(what, shape) };
  if (typeof init === "string") {
    if (!Object.hasOwn(named, init)) throw unknownKind(what, init);
    return (named[init] as Maker)(place, undefined);
  }
  if (isOptions(init)) checkOptions(`Cannot initialise ${what}`, init as object, distributionKinds);
  if (!isDistribution(init)) return given(what, init, shape, graph);
  const [kind, ...others] = Object.keys(init).filter((each) => (init as Readonly<Record<string, unknown>>)[each] !== undefined) as [
    string,
    ...string[],
  ];
  if (others.length > 0) throw invalidInit(what, `"${kind}" and "${others[0]}" are given, and only one of them can be`);
  return (withSettings[kind] as Maker)(place, (init as Readonly<Record<string, unknown>>)[kind]);
}

function unknownKind(what: string, init: string): GradcError {
  const known = Object.keys(named);
  const near = meant(init, known);
  return invalidInit(what, `"${init}" is none of ${known.join(", ")}`, near && `write "${near}"`);
}

// An infinite start is meant, as of a minimum that is kept in a state; one that f32 makes infinite is not.
function checkedNumber(what: string, init: number): number {
  if (Number.isNaN(init) || (Number.isFinite(init) && !isFinite32(init))) throw invalidInit(what, `f32 has no number ${init}`);
  return init;
}

/** Refuses what is no list of extents that are known. @throws GradcError `setting-out-of-range`, `invalid-dimension` */
export function checkShape(what: string, shape: readonly number[]): void {
  if (!Array.isArray(shape)) throw settingOutOfRange(`Cannot declare ${what}`, "shape", shown(shape), "a list of extents");
  const axis = shape.findIndex((extent) => !Number.isInteger(extent) || extent < 0);
  if (axis >= 0) throw invalidDimension(what, axis, shape);
}

/** The kinds that have settings; these are looked at when they are used. */
export const distributionKinds: Kinds<Record<string, unknown>> = Object.fromEntries(Object.keys(withSettings).map((kind) => [kind, anything]));

/** Whether `init` names a kind with settings. */
export const isDistribution = (init: unknown): init is Exclude<Init, string | Data> =>
  isOptions(init) && Object.keys(init).some((kind) => Object.hasOwn(withSettings, kind) && init[kind] !== undefined);

function given(what: string, init: Data, shape: readonly number[], graph: Graph): Node {
  if (!isList(init))
    throw settingOutOfRange(
      `Cannot initialise ${what}`,
      "init",
      shown(init),
      "a number, data, the name of a kind, or one with its settings, such as { uniform } or { normal }",
    );
  const { data, shape: own } = flatten(`Cannot initialise ${what}`, init);
  const fits = own.length === 1 ? product(shape) === data.length : sameShape(own, shape);
  if (!fits) throw invalidInit(what, `data of shape ${formatShape(own)} do not fit ${formatShape(shape)}`);
  return build.constant(graph, data, shape);
}
