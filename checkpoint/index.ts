export { type ErrorDetails, GradcError } from "../runtime/error.ts";
export type { TensorArray, TensorDtype } from "./dtypes.ts";
export { exportWeights } from "./pytorch/export.ts";
export { type ImportedTensors, type ImportOptions, importWeights, type Rename } from "./pytorch/import.ts";
export type { NetOfWeights } from "./pytorch/layout.ts";
export { type FileTensor, readSafetensors, type TensorFile, type TensorFileContent, writeSafetensors } from "./safetensors.ts";
export { readTorch } from "./torch/read.ts";
