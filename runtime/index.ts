export type { Bytes, Known } from "./bytes.ts";
export { type ErrorDetails, GradcError } from "./error.ts";
export { type Batches, type EpochEntry, type FitOptions, fit, type History } from "./fit.ts";
export { type BuiltModule, type LoadOptions, load, type Source } from "./load.ts";
export { pack } from "./pack.ts";
export { type PlateauOptions, plateau } from "./plateau.ts";
export type { Manifest } from "./program.ts";
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
