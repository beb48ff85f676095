// Ours: the net as a model, compiled here and run by the runtime.
import { f32, i32, losses, type Model, model, nn, ops, optim, parameter, type Tensor } from "gradc";
import { compile } from "gradc/compiler";
import { load } from "gradc/runtime";
import type { Task } from "../workloads/data.ts";
import type { Layer } from "../workloads/net.ts";

function block(x: Tensor, heads: number, name: string): Tensor {
  const normed = nn.layerNorm(x, { name: `${name}_norm1` });
  const attended = ops.add(x, nn.multiheadAttention(normed, normed, normed, heads, { isCausal: true, name: `${name}_attention` }));
  const wide = nn.gelu(nn.linear(nn.layerNorm(attended, { name: `${name}_norm2` }), 4 * 64, { name: `${name}_wide` }));
  return ops.add(attended, nn.linear(wide, 64, { name: `${name}_narrow` }));
}

function apply(x: Tensor, layer: Layer, name: string): Tensor {
  switch (layer.kind) {
    case "relu":
      return nn.relu(x);
    case "tanh":
      return nn.tanh(x);
    case "flatten":
      return nn.flatten(x);
    case "last":
      return ops.reshape(ops.slice(x, [0, 99, 0], ["batch", 1, 64]), ["batch", 64]);
    case "batchNorm":
      return nn.batchNorm1d(x, { name });
    case "layerNorm":
      return nn.layerNorm(x, { name });
    case "positions":
      return ops.add(x, parameter([64, 64], { name }));
    case "linear":
      return nn.linear(x, layer.out, { name });
    case "conv":
      return nn.conv2d(x, layer.out, layer.kernel, { stride: layer.stride, padding: layer.padding, groups: layer.groups, name });
    case "pool":
      return nn.maxPool2d(x, layer.size);
    case "dropout":
      return nn.dropout(x, layer.p);
    case "embedding":
      return nn.embedding(x, layer.count, layer.width, { name });
    case "block":
      return block(x, layer.heads, name);
    case "gru":
      return nn.gru(x, layer.hidden, { name }).output;
  }
}

/** The model of a task, as a user would write it. */
export function modelOf({ name, layers, input, tokens, classes }: Task): Model {
  const rest = input.slice(1);
  const types = {
    x: tokens === undefined ? f32("batch", ...rest) : i32("batch", ...rest),
    y: classes === undefined ? f32("batch", 1) : i32("batch", ...(tokens === undefined ? [] : rest)),
  };
  return model(name.replace(/[^A-Za-z]/g, "_").replace(/^_+/, "net"), types, ({ x, y }) => {
    const out = layers.reduce((value: Tensor, layer, i) => apply(value, layer, `l${i}`), x);
    if (classes === undefined) return { outputs: { out }, loss: losses.mse(out, y) };
    return { outputs: { out }, loss: losses.crossEntropy(out, y, tokens === undefined ? {} : { dim: -1 }) };
  });
}

const numbers = ({ dtype, data }: { readonly dtype: "f32" | "i32"; readonly data: string }) => {
  const bytes = Uint8Array.from(Buffer.from(data, "base64")).buffer;
  return dtype === "f32" ? new Float32Array(bytes) : new Int32Array(bytes);
};

export function optionsOf({ input, optimizer: { kind, ...settings }, clip }: Task) {
  const optimizer = kind === "sgd" ? optim.sgd(settings) : optim.adam(settings);
  return { batch: input[0] ?? 1, optimizer, ...(clip === undefined ? {} : { clip: { norm: clip } }) };
}

export const version = () => `Node ${process.versions.node}`;

/** The name that the model gives a parameter of a task: a part of a block is a layer, and so is a parameter without one. */
function nameOf(name: string, known: ReadonlyMap<string, unknown>): string {
  const flat = name.replace(/\.(norm\d|attention|wide|narrow)\./, "_$1.");
  return known.has(flat) ? flat : flat.replace(/\..*/, "");
}

export async function prepare(task: Task, profile: "exact" | "fast" = "exact") {
  const built = await compile(modelOf(task), { ...optionsOf(task), profile });
  const net = await load(profile === "fast" ? { exact: built.wasm, fast: built.fast ?? built.wasm } : built.wasm);
  for (const { name, ...tensor } of task.parameters) net.write(nameOf(name, net.parameters), numbers(tensor));
  const inputs = { x: numbers(task.inputs.x), y: numbers(task.inputs.y) };
  if (task.pass === "forward") return { step: () => net.predict({ x: inputs.x }).out };
  return { step: () => net.step(inputs).loss };
}
