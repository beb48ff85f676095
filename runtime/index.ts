export type { Bytes, Known } from "./bytes.ts";
export { type ErrorDetails, GradcError } from "./error.ts";
export { type FitOptions, fit } from "./fit.ts";
export { type BuiltModule, type LoadOptions, load, type Source } from "./load.ts";
export { pack } from "./pack.ts";
export type { Manifest } from "./program.ts";
export { bestWeights } from "./training/best-weights.ts";
export type { Callback, EpochEntry, History, Monitor, Position, StepEntry, Training } from "./training/callbacks.ts";
export { type EarlyStoppingOptions, earlyStopping } from "./training/early-stopping.ts";
export { type PlateauOptions, plateau } from "./training/plateau.ts";
export type { Batches } from "./training/source.ts";
export { terminateOnNaN } from "./training/terminate-on-nan.ts";
export type {
  F32Data,
  GameOptions,
  Gradients,
  I32Data,
  Inputs,
  Losses,
  Net,
  NetOfGames,
  Outputs,
  ParameterInfo,
  PredictedRow,
  RestoreOptions,
  RestoreReport,
  Row,
  TensorData,
  UnboundNet,
} from "./types.ts";
