export { batchNorm1d, batchNorm2d, batchNorm3d, instanceNorm1d, instanceNorm2d } from "./batch-norm.ts";
export { groupNorm } from "./group-norm.ts";
export { layerNorm, rmsNorm } from "./layer-norm.ts";
