import type { FileTensor } from "../safetensors.ts";
import { type NetOfWeights, transposed, twinsOf } from "./layout.ts";

/**
 * Parameters and states of layers with PyTorch's names and layouts, for `writeSafetensors`: matrices that multiply the last axis are [out, in], in
 * linear, recurrent and attention layers; all else is as here. `num_batches_tracked` is I64, all else F32. Statistics of `nn.standardize`, which
 * PyTorch has no layer for, stand beside them.
 */
export function exportWeights(net: NetOfWeights): Map<string, FileTensor> {
  const tensors = twinsOf(net).map(({ name, shape, dtype, isTransposed }): [string, FileTensor] => {
    const data = net.read(name);
    if (dtype === "I64") return [name, { dtype, shape, data: BigInt64Array.from(data, (value) => BigInt(Math.round(value))) }];
    return [name, { dtype, shape, data: isTransposed ? transposed(data, [...shape].reverse()) : data }];
  });
  return new Map(tensors);
}
