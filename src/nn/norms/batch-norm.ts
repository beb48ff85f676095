// Layers that normalise each channel, by statistics of the rows or of each row, with running statistics for evaluation.
import { shapeMismatch } from "../../../compiler/diagnostics/tensors.ts";
import { product } from "../../../compiler/ir/dim.ts";
import { elementAt } from "../../../compiler/ir/element.ts";
import { formatShape } from "../../../compiler/ir/type.ts";
import * as build from "../../../compiler/ops/build.ts";
import { recordRowStatistics } from "../../definition.ts";
import { ops } from "../../ops/index.ts";
import { countOf } from "../../ops/reduction.ts";
import { anything, checkOptions, finite, flag, type Kind, type Kinds } from "../../settings.ts";
import { float, type Tensor } from "../../tensor.ts";
import { update } from "../../variables.ts";
import { createLayer, type Layer, type Named, namedKinds, type Tensors } from "../layer.ts";
import type { Part } from "../parts.ts";
import { type TwoForms, twoForms } from "../two-forms.ts";
import { type LayerInit, parameterExtent, scaleAndShift } from "../weights.ts";
import { axesFrom, byChannel, epsilon, normalise, type Statistics, scaleAndShifted, statisticsOf } from "./normalise.ts";

/** Settings of batch norm and instance norm. */
export interface BatchNormOptions extends Named {
  /** What is added below the root; 1e-5 unless stated. */
  readonly eps?: number;
  /** The share that the statistics of a step have in the running ones, 0.1 unless stated; null: those of all steps have equal shares. */
  readonly momentum?: number | null;
  /** Whether there are parameters. */
  readonly affine?: boolean;
  /** Whether running statistics are kept, which evaluation normalises by. */
  readonly trackRunningStats?: boolean;
  readonly init?: LayerInit;
}

const momentumKind: Kind = { fits: (value) => value === null || finite.fits(value), expected: `${finite.expected}, or null` };

const kinds: Kinds<BatchNormOptions> = {
  ...namedKinds,
  eps: epsilon,
  momentum: momentumKind,
  affine: flag,
  trackRunningStats: flag,
  init: anything,
};

/** What tells the layers apart. */
interface ChannelNorm {
  readonly kind: string;
  /** How many axes x may have. */
  readonly ranks: readonly number[];
  /** Whether statistics are those of all rows together, which a batch norm takes. */
  readonly acrossRows: boolean;
}

const tail = ["length", "height, width", "depth, height, width"];

const layouts = (ranks: readonly number[]): string =>
  ranks.map((rank) => (rank === 2 ? "[batch, channels]" : `[batch, channels, ${tail[rank - 3]}]`)).join(" or ");

interface Running {
  readonly running_mean: Tensor;
  readonly running_var: Tensor;
  readonly num_batches_tracked: Tensor;
}

/** A layer that normalises each channel; affine and tracking as `byDefault` unless stated. */
function channelNorm(norm: ChannelNorm, byDefault: boolean): TwoForms<[options?: BatchNormOptions]> {
  const create = (options: BatchNormOptions = {}): Layer => {
    const attempt = `Cannot apply "nn.${norm.kind}"`;
    checkOptions(attempt, options, kinds);
    const { eps = 1e-5, momentum = 0.1, affine = byDefault, trackRunningStats = byDefault, init, name } = options;
    const channels = ([x]: Tensors) => [channelsOf(attempt, x, norm)];
    const state = (start: "zeros" | "ones", shapeFor: (inputs: Tensors) => readonly number[]) => (inputs: Tensors) =>
      (trackRunningStats ? { shape: shapeFor(inputs), init: start, role: "state" } : undefined) as Part | undefined;
    return createLayer({
      kind: norm.kind,
      name,
      width: ([x]) => `[batch, ${x.shape[1]}${x.shape.length > 2 ? ", ..." : ""}]`,
      parts: {
        ...scaleAndShift(norm.kind, init, { weight: affine, bias: affine }, channels),
        running_mean: state("zeros", channels),
        running_var: state("ones", channels),
        num_batches_tracked: state("zeros", () => []),
      },
      apply([given], { weight, bias, ...states }) {
        const x = float(attempt, given);
        channelsOf(attempt, x, norm);
        const axes = statisticAxes(attempt, x, norm);
        const own = statisticsOf(x, axes);
        const running = states.running_mean ? (states as Running) : undefined;
        const y = normalise(x, running ? inUse(x, own, running) : own, eps);
        if (running) track(x, own, running, axes, momentum);
        return scaleAndShifted(y, weight && byChannel(weight, y), bias && byChannel(bias, y));
      },
    });
  };
  return twoForms(norm.kind, create, { infersWidth: true });
}

function channelsOf(attempt: string, { shape }: Tensor, { ranks }: ChannelNorm): number {
  if (!ranks.includes(shape.length)) throw shapeMismatch(attempt, [shape], layouts(ranks));
  return parameterExtent(attempt, shape, 1);
}

/** The axes that statistics are taken over: all but that of channels and, where each row has its own, that of rows. */
function statisticAxes(attempt: string, x: Tensor, { acrossRows }: ChannelNorm): readonly number[] {
  const spatial = axesFrom(x, 2);
  const places = product(spatial.map((axis) => elementAt(x.shape, axis)));
  if (!acrossRows && places === 1) throw shapeMismatch(attempt, [x.shape], `more than one element in each channel, not ${formatShape(x.shape)}`);
  if (acrossRows && places === 1 && !(Number(x.shape[0]) > 1)) recordRowStatistics(x.graph);
  return acrossRows ? [0, ...spatial] : spatial;
}

/** The statistics of the rows in training, else the running ones. */
function inUse(x: Tensor, own: Statistics, { running_mean, running_var }: Running): Statistics {
  const training = build.training(x.graph);
  return {
    mean: ops.where(training, own.mean, byChannel(running_mean, x)),
    variance: ops.where(training, own.variance, byChannel(running_var, x)),
  };
}

/** Moves the running statistics towards those of this step; the variance that they take is the unbiased one. */
function track(x: Tensor, own: Statistics, running: Running, axes: readonly number[], momentum: number | null): void {
  const steps = ops.add(running.num_batches_tracked, 1);
  const weight = momentum ?? ops.div(1, steps);
  const count = countOf(x.shape, axes, x);
  const towards = (state: Tensor, value: Tensor) => {
    // Of statistics of each row, their mean.
    const target = ops.reshape(ops.mean(value, { dim: 0 }), state.shape);
    update(state, ops.add(ops.mul(ops.sub(1, weight), state), ops.mul(weight, target)));
  };
  towards(running.running_mean, build.stopGradient(own.mean));
  towards(running.running_var, build.stopGradient(ops.mul(own.variance, ops.div(count, ops.sub(count, 1)))));
  update(running.num_batches_tracked, steps);
}

const batchNorm = (dimensions: 1 | 2 | 3, ranks: readonly number[]) =>
  channelNorm({ kind: `batchNorm${dimensions}d`, ranks, acrossRows: true }, true);

const instanceNorm = (dimensions: 1 | 2) => channelNorm({ kind: `instanceNorm${dimensions}d`, ranks: [dimensions + 2], acrossRows: false }, false);

/**
 * `(x - mean) / √(variance + eps) ⊙ weight + bias` for each channel (Ioffe & Szegedy 2015): x of `[batch, channels]` or
 * `[batch, channels, length]` gives that shape. Training takes mean and biased variance of all rows and places, evaluation the states
 * `running_mean` and `running_var`, which each step moves towards the mean and the unbiased variance; `num_batches_tracked` counts the
 * steps. `weight` (ones at first) and `bias` (zeros) are [channels]. Without places a step needs two rows: `batch-norm-one-value`.
 */
export const batchNorm1d = batchNorm(1, [2, 3]);
/** As `batchNorm1d`, of images `[batch, channels, height, width]`. */
export const batchNorm2d = batchNorm(2, [4]);
/** As `batchNorm1d`, of volumes `[batch, channels, depth, height, width]`. */
export const batchNorm3d = batchNorm(3, [5]);
/**
 * `(x - mean) / √(variance + eps)` for each channel of each row (Ulyanov, Vedaldi & Lempitsky 2016): x of `[batch, channels, length]` gives
 * that shape. No parameters (`affine`) and no running statistics (`trackRunningStats`) unless stated; with the latter, evaluation takes them.
 * @throws GradcError `shape-mismatch`, for one element in each channel too
 */
export const instanceNorm1d = instanceNorm(1);
/** As `instanceNorm1d`, of images `[batch, channels, height, width]`. */
export const instanceNorm2d = instanceNorm(2);
