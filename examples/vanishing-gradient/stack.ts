// A stack of equal layers in front of ten classes, with or without what helps the gradient through it.
import { f32, type Init, i32, losses, metrics, model, nn, ops, type Tensor } from "gradc";

/** Neurons of each layer. */
const width = 32;

/** One layer of the stack: of a value, and the name of its parameters. */
type Floor = (h: Tensor, name: string) => Tensor;

const linear = (h: Tensor, name: string, init?: Init): Tensor => nn.linear(h, width, { name, ...(init !== undefined && { init }) });

/** What a layer of the stack is. */
export const floors = {
  sigmoid: (h, name) => nn.sigmoid(linear(h, name)),
  relu: (h, name) => nn.relu(linear(h, name)),
  // The slope of the sigmoid at 0 is a quarter, which weights four times as large make up for.
  "sigmoid, Xavier times 4": (h, name) => nn.sigmoid(linear(h, name, { xavierNormal: { gain: 4 } })),
  "sigmoid, batch norm": (h, name) => nn.sigmoid(nn.batchNorm1d(linear(h, name), { name: `${name}norm` })),
  "sigmoid, residual": (h, name) => ops.add(h, nn.sigmoid(linear(h, name))),
  // Half of what goes into a relu does not come out of it, which weights of twice the variance make up for.
  "relu, Kaiming": (h, name) => nn.relu(linear(h, name, "kaimingNormal")),
} as const satisfies Readonly<Record<string, Floor>>;

export type FloorName = keyof typeof floors;

/** A network for the digits of `examples/digits` with so many layers before the last; they are called `layer1`, `layer2` and so on. */
export const stack = (floor: FloorName, depth: number) =>
  model("stack", { pixels: f32("batch", 64), digit: i32("batch") }, ({ pixels, digit }) => {
    // Every floor is as wide as the first, so that a residual fits around it.
    let h = linear(ops.sub(ops.div(pixels, 8), 1), "first");
    for (let i = 1; i <= depth; i++) h = floors[floor](h, `layer${i}`);
    const logits = nn.linear(h, 10, { name: "logits" });
    return { outputs: { logits }, loss: losses.crossEntropy(logits, digit), metrics: { accuracy: metrics.accuracy(logits, digit) } };
  });
