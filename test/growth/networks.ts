// Networks that can be made as deep as one likes: what grows with them shows which pass takes more than their size.
import { f32, losses, type Model, model, nn, ops, type Tensor } from "gradc";

/** The kinds of networks whose compilation is counted. */
export type Deep = "dense" | "residual" | "convolutional" | "recurrent";

const repeated = (depth: number, layer: (x: Tensor, i: number) => Tensor, x: Tensor): Tensor =>
  Array.from({ length: depth }).reduce<Tensor>((value, _, i) => layer(value, i), x);

const centred = (x: Tensor): Tensor => ops.sub(x, ops.mean(x, { dim: 1, keepDim: true }));

const regression = (name: string, width: number, body: (x: Tensor) => Tensor): Model =>
  model(name, { x: f32("batch", width), y: f32("batch", 1) }, ({ x, y }) => {
    const out = nn.linear(body(x), 1);
    return { outputs: { out }, loss: losses.mse(out, y) };
  });

const image = (depth: number): Model =>
  model("convolutional", { x: f32("batch", 3, 8, 8), y: f32("batch", 1) }, ({ x, y }) => {
    const out = nn.linear(nn.flatten(repeated(depth, (h) => nn.relu(nn.conv2d(h, 4, 3, { padding: 1 })), x)), 1);
    return { outputs: { out }, loss: losses.mse(out, y) };
  });

export const deep: { readonly [K in Deep]: (depth: number) => Model } = {
  dense: (depth) => regression("dense", 16, (x) => repeated(depth, (h) => nn.tanh(nn.linear(h, 16)), x)),
  residual: (depth) => regression("residual", 16, (x) => repeated(depth, (h) => ops.add(h, nn.relu(centred(nn.linear(h, 16)))), x)),
  convolutional: image,
  recurrent: (depth) =>
    regression("recurrent", 16, (x) => {
      const step = nn.linear(16);
      return repeated(depth, (h) => ops.tanh(step(ops.add(h, x))), x);
    }),
};
