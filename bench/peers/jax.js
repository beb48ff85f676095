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

const zeros = (tree) => map((value) => np.zeros(value.shape), tree);

/** Takes a step's gradients; the rates take the bias out of the moments of Adam, which start at zero. */
const updates = {
  sgd:
    ({ lr }) =>
    ({ parameters }, gradients, rates) => {
      for (const rate of rates) rate.dispose();
      return { parameters: map((value, gradient) => value.sub(gradient.mul(lr)), parameters, gradients) };
    },
  adam:
    ({ lr }) =>
    ({ parameters, mean, square }, gradients, rates) => {
      const nextMean = map((m, g) => m.mul(0.9).add(g.ref.mul(0.1)), mean, gradients);
      const nextSquare = map((v, g) => v.mul(0.999).add(np.square(g).mul(0.001)), square, gradients);
      const moved = map(
        (value, m, v) => value.sub(m.ref.mul(lr).mul(rates[0].ref).div(np.sqrt(v.ref).mul(rates[1].ref).add(1e-8))),
        parameters,
        nextMean,
        nextSquare,
      );
      for (const rate of rates) rate.dispose();
      return { parameters: moved, mean: nextMean, square: nextSquare };
    },
};

export async function prepare(task) {
  await init("wasm");
  defaultDevice("wasm");
  const { kind } = task.optimizer;
  if (task.clip !== undefined) throw new Error("clipping is not written for this peer");
  const both = valueAndGrad(lossOf(task));
  const update = updates[kind](task.optimizer);
  const train = jit((state, x, y, rates) => {
    const [loss, gradients] = both(
      map((value) => value.ref, state.parameters),
      x,
      y,
    );
    return [loss, update(state, gradients, rates)];
  });
  const parameters = grouped(task.parameters);
  let state = kind === "sgd" ? { parameters } : { parameters, mean: zeros(parameters), square: zeros(parameters) };
  const x = tensor(task.inputs.x);
  const y = task.classes === undefined ? tensor(task.inputs.y) : nn.oneHot(tensor(task.inputs.y), task.classes);
  let t = 0;
  const step = () => {
    t++;
    const rates = [1 / (1 - 0.9 ** t), 1 / Math.sqrt(1 - 0.999 ** t)].map((rate) => np.array([rate]));
    const [loss, next] = train(state, x.ref, y.ref, rates);
    state = next;
    return loss.dataSync()[0];
  };
  return { step };
}
