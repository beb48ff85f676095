// TensorFlow.js with its wasm backend on one thread: a net of dense layers and convolutions, channels last as it wants them.
import { createRequire } from "node:module";
import * as tf from "@tensorflow/tfjs";
import { setThreadsCount, setWasmPaths, version_wasm } from "@tensorflow/tfjs-backend-wasm";

setWasmPaths(
  createRequire(import.meta.url)
    .resolve("@tensorflow/tfjs-backend-wasm")
    .replace(/[^/]*$/, ""),
);
setThreadsCount(1);

export const version = () => `tfjs ${version_wasm} wasm, Node ${process.versions.node}`;

function tensor({ shape, dtype, data }) {
  const bytes = Uint8Array.from(Buffer.from(data, "base64")).buffer;
  return dtype === "f32" ? tf.tensor(new Float32Array(bytes), shape, "float32") : tf.tensor(new Int32Array(bytes), shape, "int32");
}

/** Its order of a filter: [height, width, in, out]; of a depthwise one, [height, width, channels, 1]. */
function filter(value, { groups }, inputs) {
  if (groups === 1) return value.transpose([2, 3, 1, 0]);
  if (groups !== inputs || value.shape[1] !== 1) throw new Error("no grouped convolution but depthwise");
  return value.transpose([2, 3, 0, 1]);
}

function convolve(x, { stride, padding, groups }, weight, bias) {
  const pads = [
    [0, 0],
    [padding, padding],
    [padding, padding],
    [0, 0],
  ];
  const padded = padding === 0 ? x : tf.pad(x, pads);
  const product = groups === 1 ? tf.conv2d(padded, weight, stride, "valid") : tf.depthwiseConv2d(padded, weight, stride, "valid");
  return tf.add(product, bias);
}

const plain = {
  relu: tf.relu,
  tanh: tf.tanh,
  flatten: (x) => tf.reshape(tf.transpose(x, [0, 3, 1, 2]), [x.shape[0], -1]),
};

function layerFunction(layer, { weight, bias }, matMul) {
  if (plain[layer.kind]) return plain[layer.kind];
  if (layer.kind === "linear") return (x) => tf.add(matMul(x, weight), bias);
  if (layer.kind === "conv") return (x) => convolve(x, layer, weight, bias);
  if (layer.kind === "pool") return (x) => tf.maxPool(x, layer.size, layer.size, "valid");
  throw new Error(`${layer.kind} is not written for this peer`);
}

/** The greatest of each row, as a number that takes no gradient. */
const greatest = tf.customGrad((x, save) => {
  save([x]);
  return { value: tf.max(x, -1, true), gradFunc: (_dy, [saved]) => tf.zerosLike(saved) };
});

function crossEntropy(logits, oneHot) {
  const shifted = tf.sub(logits, greatest(logits));
  return tf.neg(tf.mean(tf.sum(tf.mul(oneHot, tf.sub(shifted, tf.log(tf.sum(tf.exp(shifted), -1, true)))), -1)));
}

/** `matMul`: how a dense layer multiplies. */
export async function prepareWith(task, matMul) {
  await tf.setBackend("wasm");
  if (task.clip !== undefined || task.optimizer.weightDecay !== undefined) throw new Error("clip and weight decay are not written for this peer");
  const own = task.layers.map(() => ({}));
  let channels = task.input[1];
  for (const { name, ...value } of task.parameters) {
    const [, layer, kind] = /^l(\d+)\.(.*)$/.exec(name);
    const made = value.shape.length === 4 ? filter(tensor(value), task.layers[layer], channels) : tensor(value);
    if (value.shape.length === 4) channels = value.shape[0];
    own[layer][kind] = tf.variable(made);
  }
  const functions = task.layers.map((layer, i) => layerFunction(layer, own[i], matMul));
  const given = tensor(task.inputs.x);
  const x = task.input.length === 4 ? given.transpose([0, 2, 3, 1]) : given;
  const y = task.classes === undefined ? tensor(task.inputs.y) : tf.cast(tf.oneHot(tensor(task.inputs.y), task.classes), "float32");
  const optimizer = task.optimizer.kind === "sgd" ? tf.train.sgd(task.optimizer.lr) : tf.train.adam(task.optimizer.lr, 0.9, 0.999, 1e-8);
  const loss = () => {
    const out = functions.reduce((value, f) => f(value), x);
    return task.classes === undefined ? tf.mean(tf.square(tf.sub(out, y))) : crossEntropy(out, y);
  };
  const step = () => tf.tidy(() => optimizer.minimize(loss, true).dataSync()[0]);
  return { step };
}

export { tf };
