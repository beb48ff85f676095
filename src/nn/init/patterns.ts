// Initial values that are mostly zeros.
import { invalidInit } from "../../../compiler/diagnostics/definitions.ts";
import { shown } from "../../../compiler/diagnostics/settings.ts";
import { elementAt } from "../../../compiler/ir/element.ts";
import type { Node } from "../../../compiler/ir/node.ts";
import { formatShape } from "../../../compiler/ir/type.ts";
import * as build from "../../../compiler/ops/build.ts";
import { count, type Kinds } from "../../settings.ts";
import { standardNormal, uniform } from "./draw.ts";
import { filled, type Place } from "./place.ts";
import { numbers, options } from "./settings.ts";

/** The two extents of a matrix. @throws GradcError `invalid-init` */
function matrix({ what, shape }: Place, kind: string): [number, number] {
  if (shape.length !== 2) throw invalidInit(what, `"${kind}" is for matrices, and the shape is ${formatShape(shape)}`);
  return [elementAt(shape, 0), elementAt(shape, 1)];
}

const counting = ({ graph, shape }: Place, axis: number): Node => build.iota(graph, shape, axis);

/** `"eye"`: 1 on the diagonal of a matrix and 0 beside it, so that a square linear layer passes its input on. */
export function eyeKind(place: Place): Node {
  matrix(place, "eye");
  return build.cast(build.compare(counting(place, 0), counting(place, 1), "eq"), "f32");
}

/** Settings of `dirac`. */
export interface Dirac {
  /** Groups of channels, each of which passes its own on; 1 unless stated. */
  readonly groups?: number;
}

const diracKinds: Kinds<Dirac> = { groups: count };

/** `"dirac"`: kernels [out, in, k...] of which output channel i passes input channel i of its group on, as far as there are such. */
export function diracKind(place: Place, setting: unknown): Node {
  const { what, shape, graph } = place;
  const { groups = 1 } = options<Dirac>(what, "dirac", setting, diracKinds);
  if (shape.length < 3) throw invalidInit(what, `"dirac" is for kernels of three axes or more, and the shape is ${formatShape(shape)}`);
  const out = elementAt(shape, 0);
  if (out % groups !== 0) throw invalidInit(what, `"dirac" has ${groups} groups, which do not divide ${out} outputs`);
  const grouped = [groups, out / groups, ...shape.slice(1)];
  const along = (axis: number) => build.iota(graph, grouped, axis);
  const centers = shape.slice(2).map((extent, axis) => [along(axis + 3), build.constant(graph, [Math.floor(extent / 2)], [], "i32")] as const);
  const isOn = [
    build.compare(along(1), along(2), "eq"),
    ...centers.map(([at, center]) => build.compare(at, build.broadcast(center, grouped, []), "eq")),
  ];
  const ones = isOn.map((condition) => build.cast(condition, "f32") as Node).reduce(build.mul);
  return build.reshape(ones, shape);
}

/**
 * `{ sparse: [share, deviation] }` of a matrix [in, out]: normal, but in each row the share, rounded up, is 0 at random places: those of
 * the smallest of as many random numbers, so that it costs in·out² comparisons. Martens 2010, section 5.
 */
export function sparseKind(place: Place, setting: unknown): Node {
  const [inputs, outputs] = matrix(place, "sparse");
  const [share, deviation] = numbers(place.what, "sparse", setting, 2) as [number, number];
  const isRight = share >= 0 && share <= 1 && deviation >= 0;
  if (!isRight) throw invalidInit(place.what, `"sparse" is ${shown(setting)}, not a share from 0 to 1 and a deviation of at least 0`);
  const { graph, shape, stream } = place;
  // The first two thirds of the stream are those of the normal numbers.
  const keys = build.reshape(build.slice(uniform(graph, [3, ...shape], stream), [2, 0, 0], [1, ...shape]), shape);
  const cube = [inputs, outputs, outputs];
  const [own, other] = [build.broadcast(keys, cube, [0, 1]), build.broadcast(keys, cube, [0, 2])];
  const isEarlier = build.compare(build.iota(graph, cube, 2), build.iota(graph, cube, 1), "lt");
  const isBefore = build.where(build.compare(other, own, "eq"), isEarlier, build.compare(other, own, "lt"));
  const rank = build.sum(build.cast(isBefore, "f32"), [2]);
  const values = build.mul(filled(place, deviation), standardNormal(graph, shape, stream));
  return build.where(build.compare(rank, filled(place, Math.ceil(share * outputs)), "lt"), filled(place, 0), values);
}
