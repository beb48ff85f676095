// Elements once more, in another place, or only on one side of a diagonal.
import { settingOutOfRange, shown } from "../../compiler/diagnostics/settings.ts";
import { shapeMismatch } from "../../compiler/diagnostics/tensors.ts";
import { type Dim, multiply, product } from "../../compiler/ir/dim.ts";
import { elementAt } from "../../compiler/ir/element.ts";
import * as build from "../../compiler/ops/build.ts";
import { axis as anAxis, checkOptions, checkSetting, type Kind, list, axes as several } from "../settings.ts";
import { read, type Tensor } from "../tensor.ts";
import { attempt } from "./attempt.ts";
import { axisOf } from "./axes.ts";
import { knownExtent, replaced } from "./known.ts";
import { scalar } from "./scalar.ts";
import { compare, where } from "./selection.ts";

const isTimes = (value: unknown) => Number.isInteger(value) && (value as number) >= 0;
const times: Kind = { fits: isTimes, expected: "a whole number of at least 0" };
const timesEach = list(isTimes, "a list of whole numbers of at least 0, one for each axis and for new ones before them");

const flat = (x: Tensor): Tensor => build.reshape(x, [product(x.shape)]);

/**
 * x moved by `shifts` places along `dims`, what leaves at the end coming back at the start; of all elements in row-major order without `dims`.
 * @throws GradcError `axis-out-of-range`, `dynamic-dimension`, `setting-out-of-range`
 */
export function roll(x: Tensor, shifts: number | readonly number[], dims?: number | readonly number[]): Tensor {
  const what = attempt("roll");
  checkSetting(what, "shifts", shifts, { ...several, expected: "a whole number or a list of them" });
  const value = read(what, x);
  const by = [shifts].flat();
  if (dims === undefined) {
    if (by.length !== 1) throw settingOutOfRange(what, "shifts", shown(shifts), "one number without dims");
    return build.reshape(rolled(flat(value), by[0] as number, 0), value.shape);
  }
  checkSetting(what, "dims", dims, several);
  const along = [dims].flat();
  if (along.length !== by.length) throw settingOutOfRange(what, "dims", shown(dims), `one axis for each of ${by.length} shifts`);
  return along.reduce((y: Tensor, dim, i) => rolled(y, elementAt(by, i), axisOf(what, value.shape, dim)), value);
}

function rolled(x: Tensor, shift: number, axis: number): Tensor {
  const extent = knownExtent(attempt("roll"), x.shape, axis);
  const first = extent === 0 ? 0 : (((-shift % extent) + extent) % extent) % extent;
  if (first === 0) return x;
  const none = x.shape.map(() => 0);
  const end = build.slice(x, replaced(none, axis, first), replaced(x.shape, axis, extent - first));
  return build.concat([end, build.slice(x, none, replaced(x.shape, axis, first))], axis);
}

/**
 * x `repeats[i]` times along axis i, one copy after the other; more repeats than axes make new axes in front: `[2, 3]` repeated `[4, 1, 2]` times is
 * `[4, 2, 6]`.
 * @throws GradcError `setting-out-of-range`
 */
export function repeat(x: Tensor, repeats: readonly number[]): Tensor {
  const value = read(attempt("repeat"), x);
  checkSetting(attempt("repeat"), "repeats", repeats, timesEach);
  const { shape } = value;
  if (repeats.length < shape.length) throw settingOutOfRange(attempt("repeat"), "repeats", shown(repeats), `at least ${shape.length} numbers`);
  const extents: readonly Dim[] = [...repeats.slice(shape.length).map(() => 1), ...shape];
  const axes = shape.map((_, axis) => 2 * (axis + extents.length - shape.length) + 1);
  const spread = build.broadcast(
    value,
    extents.flatMap((extent, axis) => [elementAt(repeats, axis), extent]),
    axes,
  );
  return build.reshape(
    spread,
    extents.map((extent, axis) => multiply(elementAt(repeats, axis), extent)),
  );
}

/**
 * Each element of x `n` times in a row along `dim`; of all elements in row-major order where it is left out.
 * @throws GradcError `axis-out-of-range`, `setting-out-of-range`
 */
export function repeatInterleave(x: Tensor, n: number, options: { readonly dim?: number } = {}): Tensor {
  const what = attempt("repeatInterleave");
  checkSetting(what, "n", n, times);
  checkOptions(what, options, { dim: anAxis });
  const given = read(what, x);
  const value = options.dim === undefined ? flat(given) : given;
  const axis = axisOf(what, value.shape, options.dim ?? 0);
  const spread = build.broadcast(
    value,
    [...value.shape.slice(0, axis + 1), n, ...value.shape.slice(axis + 1)],
    value.shape.map((_, each) => (each <= axis ? each : each + 1)),
  );
  return build.reshape(spread, replaced(value.shape, axis, multiply(elementAt(value.shape, axis), n)));
}

const whole: Kind = { fits: Number.isInteger, expected: "a whole number" };

/** x where `column - row` of its last two axes is `relation` to `diagonal`, else 0. */
const triangle =
  (name: string, relation: "le" | "ge") =>
  (x: Tensor, diagonal = 0): Tensor => {
    const value = read(attempt(name), x);
    checkSetting(attempt(name), "diagonal", diagonal, whole);
    const { graph, shape } = value;
    if (shape.length < 2) throw shapeMismatch(attempt(name), [shape], "a matrix, [..., rows, columns]");
    const [row, column] = [shape.length - 2, shape.length - 1].map((axis): Tensor => build.iota(graph, shape, axis)) as [Tensor, Tensor];
    return where(compare(column, scalar.add(row, diagonal), relation), value, 0);
  };

/** The lower triangle of matrices in the last two axes, up to the `diagonal` above (below, if negative) the main one; 0 elsewhere. */
export const tril = triangle("tril", "le");

/** The upper triangle of matrices in the last two axes, from the `diagonal` above (below, if negative) the main one on; 0 elsewhere. */
export const triu = triangle("triu", "ge");
