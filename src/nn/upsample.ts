// More cells along the axes of signals, images and volumes.

import { settingOutOfRange, shown } from "../../compiler/diagnostics/settings.ts";
import { shapeMismatch } from "../../compiler/diagnostics/tensors.ts";
import { divide } from "../../compiler/ir/dim.ts";
import { elementAt } from "../../compiler/ir/element.ts";
import * as build from "../../compiler/ops/build.ts";
import { ops } from "../ops/index.ts";
import { cellsOf, checkSpatial, eachOf, factorsOf, type PerAxis, type Rank, wholesOf } from "../ops/spatial.ts";
import { taken } from "../ops/taken.ts";
import { anything, checkOptions, checkSetting, flag, type Kinds, oneOf } from "../settings.ts";
import { float, type Tensor } from "../tensor.ts";
import { attemptOf } from "./activation.ts";
import { createLayer, type Layer, type Named, namedKinds } from "./layer.ts";
import { twoForms } from "./two-forms.ts";
import { checkCount, parameterExtent } from "./weights.ts";

/** Settings of `nn.upsample`, one of `size` and `scaleFactor` among them. */
export interface UpsampleOptions extends Named {
  /** The cells of the result: of all axes, or of each. */
  readonly size?: PerAxis;
  /** How many times as many cells the result has, rounded down. */
  readonly scaleFactor?: PerAxis;
  /** "nearest" unless stated; "bilinear" for images. */
  readonly mode?: "nearest" | "bilinear";
  /** Whether the centres of the outermost cells stay where they are, and not their borders; false unless stated. */
  readonly alignCorners?: boolean;
}

const kinds: Kinds<UpsampleOptions> = {
  ...namedKinds,
  size: anything,
  scaleFactor: anything,
  mode: oneOf("nearest", "bilinear"),
  alignCorners: flag,
};

const attempt = attemptOf("upsample");

/** One axis before and after: `scale` are cells of x for each of the result. */
interface Along {
  readonly axis: number;
  readonly cells: number;
  readonly count: number;
  readonly scale: number;
}

/**
 * x with other numbers of cells: `[batch, channels, ...]` gives `[batch, channels, ...size]`, or `scaleFactor` times as many. Cell i is x at
 * `⌊i·s⌋`, where s are cells of x for each of the result; with mode "bilinear", which is for images, between the two cells about
 * `(i + ½)·s - ½` in proportion, or about `i·(l - 1)/(size - 1)` with `alignCorners`.
 * @throws GradcError `shape-mismatch`, `setting-out-of-range`
 */
export const upsample = twoForms("upsample", (options: UpsampleOptions): Layer => {
  checkOptions(attempt, options, kinds);
  const { mode = "nearest", alignCorners = false, name } = options;
  if (alignCorners && mode === "nearest") throw settingOutOfRange(attempt, "alignCorners", "true", 'false where mode is "nearest"');
  return createLayer({
    kind: "upsample",
    name,
    apply([given]) {
      const x = float(attempt, given);
      const axes = axesOf(x, mode === "bilinear" ? 2 : ((x.shape.length - 2) as Rank), options);
      if (axes.every(({ cells, count, scale }) => cells === count && scale === 1)) return x;
      return axes.reduce(mode === "nearest" ? nearest : alignCorners ? linearByCentres : linearByBorders, x);
    },
  });
});

function axesOf(x: Tensor, rank: Rank, { size, scaleFactor, mode }: UpsampleOptions): Along[] {
  if (rank < 1 || rank > 3) throw shapeMismatch(attempt, [x.shape], "[batch, channels, ...] with one, two or three axes more");
  const cells = cellsOf(attempt, x, rank);
  if ((size === undefined) === (scaleFactor === undefined)) {
    throw settingOutOfRange(attempt, "size", shown(size), "either a size or a scaleFactor");
  }
  if (size !== undefined) {
    checkSetting(attempt, "size", size, wholesOf(rank, 1));
    return eachOf(rank, size).map((count, i) => ({ axis: i + 2, cells: elementAt(cells, i), count, scale: elementAt(cells, i) / count }));
  }
  checkSetting(attempt, "scaleFactor", scaleFactor, factorsOf(rank));
  return eachOf(rank, scaleFactor as PerAxis).map((factor, i) => {
    const count = Math.floor(elementAt(cells, i) * factor);
    if (count < 1) throw settingOutOfRange(attempt, "scaleFactor", String(factor), `a factor that leaves some of ${cells[i]} cells`);
    // PyTorch's bilinear copies an axis whose extent stays; its nearest does so for images of one row and channel alone, which is not followed.
    const isCopied = mode === "bilinear" && count === cells[i];
    return { axis: i + 2, cells: elementAt(cells, i), count, scale: isCopied ? 1 : 1 / factor };
  });
}

const each = <T>({ count }: Along, f: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => f(i));

/** PyTorch computes places in f32. */
function nearest(x: Tensor, along: Along): Tensor {
  const scale = Math.fround(along.scale);
  return taken(
    x,
    along.axis,
    each(along, (i) => Math.min(Math.floor(Math.fround(i * scale)), along.cells - 1)),
  );
}

const linearByBorders = (x: Tensor, along: Along): Tensor =>
  between(
    x,
    along,
    each(along, (i) => Math.max(0, (i + 0.5) * along.scale - 0.5)),
  );

function linearByCentres(x: Tensor, along: Along): Tensor {
  const scale = along.count > 1 ? (along.cells - 1) / (along.count - 1) : 0;
  return between(
    x,
    along,
    each(along, (i) => i * scale),
  );
}

/** x at `places` of an axis, each in proportion between the two cells about it. */
function between(x: Tensor, { axis, cells }: Along, places: readonly number[]): Tensor {
  const low = places.map((place) => Math.min(Math.floor(place), cells - 1));
  const high = low.map((cell) => Math.min(cell + 1, cells - 1));
  const shares = places.map((place, i) => place - elementAt(low, i));
  const weights = (values: readonly number[]) => build.constant(x.graph, values, [values.length, ...x.shape.slice(axis + 1).map(() => 1)]);
  return ops.add(ops.mul(taken(x, axis, low), weights(shares.map((share) => 1 - share))), ops.mul(taken(x, axis, high), weights(shares)));
}

/**
 * Channels as cells: `[batch, channels·r², h, w]` gives `[batch, channels, h·r, w·r]`, where r² channels are an r × r square of cells.
 * Shi et al. 2016, equation 4.
 * @throws GradcError `shape-mismatch`, `setting-out-of-range` where r² does not divide the channels
 */
export const pixelShuffle = twoForms("pixelShuffle", (r: number, options: Named = {}): Layer => {
  const what = attemptOf("pixelShuffle");
  checkCount(what, "r", r);
  checkOptions(what, options, namedKinds);
  return createLayer({ kind: "pixelShuffle", name: options.name, apply: ([x]) => shuffled(what, x, r) });
});

function shuffled(what: string, x: Tensor, r: number): Tensor {
  checkSpatial(what, x, 2);
  const channels = divide(parameterExtent(what, x.shape, 1), r * r);
  if (channels === undefined) throw settingOutOfRange(what, "r", String(r), `a number whose square divides ${x.shape[1]} channels`);
  const [height, width] = cellsOf(what, x, 2) as [number, number];
  const [batch] = x.shape as [number];
  const squares = build.permute(build.reshape(x, [batch, channels, r, r, height, width]), [0, 1, 4, 2, 5, 3]);
  return build.reshape(squares, [batch, channels, height * r, width * r]);
}
