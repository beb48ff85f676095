// "gradc": the language that models are declared in.
export { GradcError } from "../runtime/error.ts";
export type { Config } from "./config.ts";
export { elementwise, type Scalar } from "./elementwise.ts";
export { gradient } from "./gradient.ts";
export * as losses from "./losses/index.ts";
export * as metrics from "./metrics/index.ts";
export {
  f32,
  type Game,
  type InputDim,
  type InputType,
  type InputTypes,
  i32,
  type Metric,
  type Model,
  model,
  type Result,
} from "./model.ts";
export type { MultiheadOptions } from "./nn/attention/multihead.ts";
export type { AttentionOptions, DotProductOptions } from "./nn/attention/scaled-dot-product.ts";
export type { Weighed } from "./nn/attention/scores.ts";
export type { DecoderOptions, EncoderOptions } from "./nn/attention/transformer.ts";
export type { EmbeddingBagOptions, EmbeddingOptions } from "./nn/embedding.ts";
export * as nn from "./nn/index.ts";
export type { Gain } from "./nn/init/orthogonal.ts";
export type { Dirac } from "./nn/init/patterns.ts";
export type { Kaiming, Xavier } from "./nn/init/scaled.ts";
export type { Init } from "./nn/init.ts";
export type { Layer, LayerOf } from "./nn/layer.ts";
export type { BatchNormOptions } from "./nn/norms/batch-norm.ts";
export type { GroupNormOptions } from "./nn/norms/group-norm.ts";
export type { LayerNormOptions, RmsNormOptions } from "./nn/norms/layer-norm.ts";
export type { Lstm, LstmOptions, LstmSequenceOptions, RnnOptions } from "./nn/recurrent/index.ts";
export type { Recurrent, RecurrentForms, RecurrentOptions, SequenceOptions } from "./nn/recurrent/layer.ts";
export type { Standardize } from "./nn/standardize.ts";
export type { LayerInit } from "./nn/weights.ts";
export { ops } from "./ops/index.ts";
export type { ScanBody, ScanOptions } from "./ops/scan.ts";
export { stopGradient } from "./ops/selection.ts";
export type { Sorted } from "./ops/sorting.ts";
export type { PerAxis } from "./ops/spatial.ts";
export type { Clip } from "./optim/clip.ts";
export * as optim from "./optim/index.ts";
export type { Moment, Optimizer } from "./optim/optimizer.ts";
export type { Penalty } from "./optim/penalty.ts";
export * as random from "./random.ts";
export { recompute } from "./recompute.ts";
export * as schedules from "./schedules/index.ts";
export type { Schedule, Setting } from "./schedules/schedule.ts";
export type { Data, Operand, Tensor } from "./tensor.ts";
export { constant, type ParameterOptions, parameter, state, training, update } from "./variables.ts";
export { type GradientRule, type OwnGradient, type TensorFunction, withGradient } from "./with-gradient.ts";
