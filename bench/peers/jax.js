// jax-js on its wasm device: the whole step, update included, as one jitted function. Every use of an array but the last is a `.ref`.
import { defaultDevice, init, jit, lax, nn, numpy as np, valueAndGrad } from "@jax-js/jax";

export const version = () => `jax-js 0.1.25, Node ${process.versions.node}`;

function tensor({ shape, dtype, data }) {
  const bytes = Uint8Array.from(Buffer.from(data, "base64")).buffer;
  return np.array(dtype === "f32" ? new Float32Array(bytes) : new Int32Array(bytes)).reshape([...shape]);
}

function convolve(x, { stride, padding, groups }, { weight, bias }) {
  const around = [padding, padding];
  const product = lax.convGeneralDilated(x, weight.ref, [stride, stride], [around, around], { featureGroupCount: groups });
  return product.add(bias.ref.reshape([1, bias.shape[0], 1, 1]));
}

function apply(x, layer, own) {
  if (layer.kind === "linear") return np.dot(x, own.weight.ref).add(own.bias.ref);
  if (layer.kind === "relu") return nn.relu(x);
  if (layer.kind === "tanh") return np.tanh(x);
  if (layer.kind === "flatten") return x.reshape([x.shape[0], x.shape.slice(1).reduce((a, b) => a * b, 1)]);
  if (layer.kind === "conv") return convolve(x, layer, own);
  if (layer.kind === "pool") return lax.reduceWindow(x, (window) => np.max(window), [1, 1, layer.size, layer.size], [1, 1, layer.size, layer.size]);
  throw new Error(`${layer.kind} is not written for this peer`);
}

/** The loss of the parameters, which it takes; x and y stay. */
const lossOf = (task) => (parameters, x, y) => {
  const out = task.layers.reduce((value, layer, i) => apply(value, layer, parameters[`l${i}`] ?? {}), x);
  for (const own of Object.values(parameters)) for (const value of Object.values(own)) value.dispose();
  if (task.classes === undefined) return np.mean(np.square(out.sub(y)));
  return np.mean(np.sum(nn.logSoftmax(out, -1).mul(y), -1)).mul(-1);
};

function grouped(parameters) {
  const groups = {};
  for (const { name, ...value } of parameters) {
    const [layer, kind] = name.split(".");
    groups[layer] = { ...groups[layer], [kind]: tensor(value) };
  }
  return groups;
}

/** The same tree with f of each place of several trees. */
const map = (f, first, ...rest) =>
  Object.fromEntries(
    Object.entries(first).map(([layer, own]) => [
      layer,
      Object.fromEntries(Object.entries(own).map(([kind, value]) => [kind, f(value, ...rest.map((tree) => tree[layer][kind]))])),
    ]),
  );

export async function prepare(task) {
  await init("wasm");
  defaultDevice("wasm");
  if (task.optimizer.kind !== "sgd") throw new Error("Adam is not written for this peer");
  const both = valueAndGrad(lossOf(task));
  const train = jit((parameters, x, y) => {
    const [loss, gradients] = both(
      map((value) => value.ref, parameters),
      x,
      y,
    );
    return [loss, map((value, gradient) => value.sub(gradient.mul(task.optimizer.lr)), parameters, gradients)];
  });
  let parameters = grouped(task.parameters);
  const x = tensor(task.inputs.x);
  const y = task.classes === undefined ? tensor(task.inputs.y) : nn.oneHot(tensor(task.inputs.y), task.classes);
  const step = () => {
    const [loss, next] = train(parameters, x.ref, y.ref);
    parameters = next;
    return loss.dataSync()[0];
  };
  return { step };
}
