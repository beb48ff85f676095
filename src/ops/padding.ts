// Cells around a tensor: a number, or cells of its own.
import { settingOutOfRange, shown } from "../../compiler/diagnostics/settings.ts";
import { elementAt } from "../../compiler/ir/element.ts";
import * as build from "../../compiler/ops/build.ts";
import { checkOptions, checkSetting, type Kind, list, oneOf } from "../settings.ts";
import { read, type Tensor } from "../tensor.ts";
import { attempt } from "./attempt.ts";
import { knownExtent, replaced } from "./known.ts";

const amounts = list((value) => Number.isInteger(value) && (value as number) >= 0, "a list of whole numbers of at least 0, one for each axis");
const filling: Kind = { fits: (value) => typeof value === "number" && !Number.isNaN(value), expected: "a number" };

/** What lies around a tensor. */
export interface Padding {
  /**
   * `"constant"`, unless stated; `"reflect"`, the cells mirrored at the outermost one, which is not repeated; `"replicate"`, the outermost cell;
   * `"circular"`, the cells of the other end.
   */
  readonly mode?: "constant" | "reflect" | "replicate" | "circular";
  /** The number around it in mode `"constant"`; 0 unless stated. */
  readonly value?: number;
}

/**
 * `low[i]` cells before and `high[i]` after axis i: zeros, another number, or cells of x by their `mode`.
 * @throws GradcError `setting-out-of-range` for more cells than a mode has, `dynamic-dimension`
 */
export function pad(x: Tensor, low: readonly number[], high: readonly number[], options: number | Padding = 0): Tensor {
  const what = attempt("pad");
  const node = read(what, x);
  checkSetting(what, "low", low, amounts);
  checkSetting(what, "high", high, amounts);
  if (typeof options === "number") checkSetting(what, "value", options, filling);
  else checkOptions(what, options, { mode: oneOf("constant", "reflect", "replicate", "circular"), value: filling });
  const { mode = "constant", value = 0 } = typeof options === "number" ? { value: options } : options;
  if (mode === "constant") return build.pad(node, low, high, value);
  if (typeof options === "object" && options.value !== undefined) throw settingOutOfRange(what, "value", shown(value), `none in mode "${mode}"`);
  if (low.length !== node.shape.length || high.length !== node.shape.length) {
    throw settingOutOfRange(what, "low", shown(low), `${node.shape.length} numbers, one for each axis, before and after`);
  }
  return node.shape.reduce((y: Tensor, _, axis) => padded(y, axis, elementAt(low, axis), elementAt(high, axis), mode), node);
}

type Mode = Exclude<NonNullable<Padding["mode"]>, "constant">;

function padded(x: Tensor, axis: number, low: number, high: number, mode: Mode): Tensor {
  if (low === 0 && high === 0) return x;
  const extent = knownExtent(attempt("pad"), x.shape, axis);
  const most = { reflect: extent - 1, replicate: extent > 0 ? Number.POSITIVE_INFINITY : 0, circular: extent }[mode];
  if (Math.max(low, high) > most) {
    throw settingOutOfRange(attempt("pad"), low > most ? "low" : "high", String(Math.max(low, high)), `at most ${most} cells along axis ${axis}`);
  }
  const cells = (first: number, count: number) =>
    build.slice(
      x,
      x.shape.map((_, each) => (each === axis ? first : 0)),
      replaced(x.shape, axis, count),
    );
  const around: Readonly<Record<Mode, (count: number, isBefore: boolean) => Tensor>> = {
    reflect: (count, isBefore) => build.flip(cells(isBefore ? 1 : extent - 1 - count, count), [axis]),
    replicate: (count, isBefore) => repeated(cells(isBefore ? 0 : extent - 1, 1), axis, count),
    circular: (count, isBefore) => cells(isBefore ? extent - count : 0, count),
  };
  const sides = [low > 0 ? [around[mode](low, true)] : [], [x], high > 0 ? [around[mode](high, false)] : []];
  return build.concat(sides.flat(), axis);
}

const repeated = (x: Tensor, axis: number, count: number): Tensor =>
  build.broadcast(
    x,
    replaced(x.shape, axis, count),
    x.shape.map((_, each) => each),
  );
