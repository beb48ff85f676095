// A net as a list of layers that every peer builds in its own way, with the shapes of its parameters and its products.

export type Layer =
  | { readonly kind: "relu" | "tanh" | "flatten" | "last" | "batchNorm" | "layerNorm" | "positions" }
  | { readonly kind: "linear"; readonly out: number }
  | {
      readonly kind: "conv";
      readonly out: number;
      readonly kernel: number;
      readonly stride: number;
      readonly padding: number;
      readonly groups: number;
    }
  | { readonly kind: "pool"; readonly size: number }
  | { readonly kind: "dropout"; readonly p: number }
  | { readonly kind: "embedding"; readonly count: number; readonly width: number }
  /** Causal self-attention and a GELU layer four times as wide, each behind a layerNorm and added to its input. */
  | { readonly kind: "block"; readonly heads: number }
  | { readonly kind: "gru"; readonly hidden: number };

type Shape = readonly number[];

interface Traits {
  readonly shape: Shape;
  readonly parameters: Readonly<Record<string, Shape>>;
  /** Multiplications with their additions, counted as two, of one forward pass; those by weights and the others. */
  readonly flops: readonly [weights: number, others: number];
}

const size = (shape: Shape) => shape.reduce((a, b) => a * b, 1);
const last = (shape: Shape) => shape.at(-1) ?? 1;
const vectors = (width: number) => ({ weight: [width], bias: [width] });
const affine = (width: number, out: number) => ({ weight: [width, out], bias: [out] });
const within = (prefix: string, shapes: Readonly<Record<string, Shape>>) =>
  Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [`${prefix}.${name}`, shape]));

function conv(layer: Layer & { kind: "conv" }, [batch = 1, channels = 1, ...extent]: Shape): Traits {
  const out = extent.map((length) => Math.floor((length + 2 * layer.padding - layer.kernel) / layer.stride) + 1);
  const weight = [layer.out, channels / layer.groups, layer.kernel, layer.kernel];
  return {
    shape: [batch, layer.out, ...out],
    parameters: { weight, bias: [layer.out] },
    flops: [2 * batch * size(out) * size(weight), 0],
  };
}

function block(shape: Shape): Traits {
  const [batch = 1, time = 1, width = 1] = shape;
  const attention = { in_proj_weight: [width, 3 * width], in_proj_bias: [3 * width], ...within("out_proj", affine(width, width)) };
  const parameters = {
    ...within("norm1", vectors(width)),
    ...within("attention", attention),
    ...within("norm2", vectors(width)),
    ...within("wide", affine(width, 4 * width)),
    ...within("narrow", affine(4 * width, width)),
  };
  return { shape, parameters, flops: [2 * batch * time * 12 * width * width, 4 * batch * time * time * width] };
}

function gru(hidden: number, [batch = 1, time = 1, width = 1]: Shape): Traits {
  const gates = 3 * hidden;
  const parameters = { weight_ih_l0: [width, gates], weight_hh_l0: [hidden, gates], bias_ih_l0: [gates], bias_hh_l0: [gates] };
  return { shape: [batch, time, hidden], parameters, flops: [2 * batch * time * width * gates, 2 * batch * time * hidden * gates] };
}

function traits(layer: Layer, shape: Shape): Traits {
  const plain = (to: Shape, parameters: Traits["parameters"] = {}): Traits => ({ shape: to, parameters, flops: [0, 0] });
  switch (layer.kind) {
    case "linear":
      return {
        shape: [...shape.slice(0, -1), layer.out],
        parameters: affine(last(shape), layer.out),
        flops: [2 * size(shape) * layer.out, 0],
      };
    case "conv":
      return conv(layer, shape);
    case "pool":
      return plain([...shape.slice(0, 2), ...shape.slice(2).map((length) => Math.floor(length / layer.size))]);
    case "flatten":
      return plain([shape[0] ?? 1, size(shape.slice(1))]);
    case "last":
      return plain([shape[0] ?? 1, last(shape)]);
    case "batchNorm":
      return plain(shape, vectors(shape[1] ?? 1));
    case "layerNorm":
      return plain(shape, vectors(last(shape)));
    case "embedding":
      return plain([...shape, layer.width], { weight: [layer.count, layer.width] });
    case "positions":
      return plain(shape, { weight: shape.slice(1) });
    case "block":
      return block(shape);
    case "gru":
      return gru(layer.hidden, shape);
    default:
      return plain(shape);
  }
}

export interface Described {
  readonly parameters: readonly { readonly name: string; readonly shape: Shape }[];
  /** Of the forward pass: each product. */
  readonly forward: number;
  /** Of a training step: each product forward, for its weight and, but for the first layer, for its input. */
  readonly training: number;
}

/** The parameters of a net and the work of its products in a step; `fixed` where the input takes no gradient. */
export function describe(layers: readonly Layer[], input: Shape): Described {
  let shape = input;
  let fixed = layers[0]?.kind !== "embedding";
  let [forward, training] = [0, 0];
  const parameters = layers.flatMap((layer, i) => {
    const {
      shape: next,
      parameters: own,
      flops: [weights, others],
    } = traits(layer, shape);
    shape = next;
    forward += weights + others;
    training += (fixed ? 2 : 3) * weights + 3 * others;
    if (weights > 0) fixed = false;
    return Object.entries(own).map(([name, of]) => ({ name: `l${i}.${name}`, shape: of }));
  });
  return { parameters, forward, training };
}
