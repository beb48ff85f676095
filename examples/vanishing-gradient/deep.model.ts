import { f32, i32, losses, metrics, model, nn, type Tensor } from "gradc";

const digits = (name: string, layer: (h: Tensor) => Tensor) =>
  model(name, { pixels: f32("batch", 64), digit: i32("batch") }, ({ pixels, digit }) => {
    const first = nn.sigmoid(nn.linear(nn.standardize(pixels), 32));
    let hidden = first;
    for (let i = 0; i < 9; i++) hidden = layer(hidden);
    const logits = nn.linear(hidden, 10);
    return { outputs: { logits }, loss: losses.crossEntropy(logits, digit), metrics: { accuracy: metrics.accuracy(logits, digit) } };
  });

/** Ten layers of sigmoids before the last one, of which the first learn nothing. */
export default digits("deep", (h) => nn.sigmoid(nn.linear(h, 32)));

/** The same with a sum around each layer but the first, which is not as wide as its input. */
export const residual = digits("residual", (h) => nn.residual(nn.sequential(nn.linear(32), nn.sigmoid))(h));
