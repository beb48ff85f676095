// Small entry points that between them use every way in which fusion can lower a value.
import type { Entry, Program } from "../../compiler/ir/entry.ts";
import type { Graph, Node } from "../../compiler/ir/node.ts";
import * as b from "../../compiler/ops/build.ts";
import { createGraph } from "../../compiler/ops/table.ts";

interface Case {
  readonly results?: Record<string, Node>;
  readonly updates?: readonly [Node, Node][];
}

/** An entry point over inputs `x: f32[batch, 6]`, `y: i32[batch]`, `image: f32[batch, 2, 6, 6]` and parameters. */
function entryOf(build: (graph: Graph, sources: Record<string, Node>) => Case): { program: Program; entry: Entry } {
  const graph = createGraph();
  const inputs = [
    b.input(graph, "x", "f32", ["batch", 6]),
    b.input(graph, "y", "i32", ["batch"]),
    b.input(graph, "image", "f32", ["batch", 2, 6, 6]),
  ];
  const declare = (name: string, shape: number[]) => {
    const node = b.parameter(graph, name, shape);
    graph.declarations.set(node, { name, role: "parameter", trainable: true, init: undefined });
    return node;
  };
  const sources = {
    w: declare("w", [6, 4]),
    v: declare("v", [6, 4]),
    bias: declare("bias", [4]),
    kernel: declare("kernel", [3, 2, 3, 3]),
    square: declare("square", [4, 4]),
    total: declare("total", []),
  };
  const [x, y, image] = inputs;
  const { results = {}, updates = [] } = build(graph, { x: x as Node, y: y as Node, image: image as Node, ...sources });
  const entry: Entry = {
    name: "run",
    results: Object.entries(results).map(([name, node]) => ({ name, node })),
    updates: updates.map(([target, value]) => ({ target, value })),
    training: false,
    splittable: false,
    minimum: 1,
  };
  return { program: { name: "test", graph, capacity: { batch: 8 }, inputs: inputs, entries: [entry] }, entry };
}

type Sources = Record<"x" | "y" | "image" | "w" | "v" | "bias" | "kernel" | "square" | "total", Node>;
const rows = (node: Node) => b.broadcast(node, ["batch", 4], [1]);
const columns = (node: Node) => b.broadcast(node, ["batch", 4], [0]);
const dense = ({ x, w, bias }: Sources) => b.add(b.contract(x, w, "ik,kj->ij"), rows(bias));
const patches = (image: Node, padding: number, stride: number) => {
  const padded = b.pad(image, [0, 0, padding, padding], [0, 0, padding, padding], 0);
  return b.window(b.window(padded, 2, 3, stride, 1), 3, 3, stride, 1);
};
const softmaxGradient = (s: Sources) => {
  const z = dense(s);
  const shifted = b.sub(z, columns(b.max(z, [1], "even")));
  const e = b.exp(shifted);
  const total = b.sum(e, [1]);
  const picked = b.sum(b.mul(b.oneHot(s.y, 4), b.sub(shifted, columns(b.log(total)))), [1]);
  const dz = b.sub(b.div(e, columns(total)), b.oneHot(s.y, 4));
  return { loss: b.neg(b.sum(picked, [0])), dz };
};

/** By what each shows. */
export const fusedCases: Record<string, (s: Sources, graph: Graph) => Case> = {
  "elementwise chain": ({ x }) => ({ results: { y: b.tanh(b.add(b.mul(x, x), x)) } }),
  "shared costly value": ({ x }) => ({ results: { a: b.add(b.exp(x), x), b: b.mul(b.exp(x), x) } }),
  "linear layer": (s) => ({ results: { y: b.tanh(dense(s)) } }),
  "row softmax": (s) => {
    const { loss, dz } = softmaxGradient(s);
    return { results: { loss, dz } };
  },
  "step of a linear classifier": (s) => {
    const { loss, dz } = softmaxGradient(s);
    const dw = b.contract(s.x, dz, "bi,bj->ij");
    return {
      results: { loss },
      updates: [
        [s.w, b.sub(s.w, b.mul(dw, b.fill(s.w, 0.1)))],
        [s.bias, b.sub(s.bias, b.mul(b.sum(dz, [0]), b.fill(s.bias, 0.1)))],
      ],
    };
  },
  "gradient of the input reads the weights that are updated": (s) => {
    const g = b.tanh(dense(s));
    const dx = b.contract(g, s.w, "ij,kj->ik");
    return { results: { dx }, updates: [[s.w, b.sub(s.w, b.contract(s.x, g, "bi,bj->ij"))]] };
  },
  "two parameters change places": ({ w, v }) => ({
    updates: [
      [w, v],
      [v, w],
    ],
  }),
  "two parameters change places, computed": ({ w, v }) => ({
    updates: [
      [w, b.neg(v)],
      [v, b.exp(w)],
    ],
  }),
  "a new value beside the old one in another place": ({ w }) => {
    const next = b.exp(w);
    return { results: { y: b.add(next, b.flip(w, [0])) }, updates: [[w, next]] };
  },
  "a new value transposed beside the old one": ({ square }) => {
    const value = b.exp(square);
    return { results: { value }, updates: [[square, b.permute(value, [1, 0])]] };
  },
  "sources given back": ({ x, w }) => ({ results: { x, w } }),
  "one value twice": ({ x, w }) => ({ results: { a: b.exp(x), b: b.exp(x) }, updates: [[w, b.exp(w)]] }),
  "transpose and reshape": ({ x, w }) => ({
    results: { t: b.permute(b.exp(w), [1, 0]), r: b.reshape(b.exp(w), [2, 12]), f: b.reshape(x, ["batch·6"]) },
  }),
  "permutation that is not its own inverse": ({ image }) => ({ results: { p: b.permute(b.exp(image), [0, 2, 3, 1]) } }),
  "reshape without a common refinement": ({ w }) => ({ results: { r: b.reshape(b.exp(w), [8, 3]), s: b.sum(b.reshape(b.exp(w), [8, 3]), [0]) } }),
  "axis split in the middle": ({ x }) => ({ results: { s: b.sum(b.reshape(b.exp(x), ["batch", 3, 2]), [2]) } }),
  "concat, slice, flip, pad": ({ x }) => {
    const joined = b.concat([x, b.exp(x)], 1);
    return { results: { c: joined, s: b.slice(joined, [0, 3], ["batch", 5]), f: b.flip(joined, [1]), p: b.pad(b.exp(x), [0, 2], [0, 1], 7) } };
  },
  "concat of seven parts, one of them empty": ({ x }) => {
    const parts = [2, 1, 0, 3, 1, 2, 6].map((width, i) => b.slice(i % 2 === 0 ? x : b.exp(x), [0, i % (7 - width)], ["batch", width]));
    return { results: { joined: b.concat(parts, 1) } };
  },
  "the first rows beside all of them": ({ w }) => {
    const all = b.exp(w);
    return { results: { all, first: b.tanh(b.slice(all, [0, 0], [3, 4])), more: b.tanh(b.pad(all, [0, 0], [2, 0], 1)) } };
  },
  "convolution forward": ({ image, kernel }) => ({ results: { y: b.contract(patches(image, 1, 1), kernel, "bchwij,ocij->bohw") } }),
  "convolution, gradients": ({ image, kernel }) => {
    const y = b.contract(patches(image, 1, 1), kernel, "bchwij,ocij->bohw");
    const g = b.tanh(y);
    const dk = b.contract(patches(image, 1, 1), g, "bchwij,bohw->ocij");
    const dp = b.contract(g, kernel, "bohw,ocij->bchwij");
    const dx = b.slice(b.fold(b.fold(dp, 3, 8, 1, 1), 2, 8, 1, 1), [0, 0, 1, 1], ["batch", 2, 6, 6]);
    return { results: { dk, dx } };
  },
  "fold with stride": ({ image }) => ({ results: { y: b.fold(b.fold(b.exp(patches(image, 0, 2)), 3, 6, 2, 1), 2, 6, 2, 1) } }),
  "fold with stride over an extent that is no multiple": ({ image }) => {
    const w = b.window(image, 3, 2, 4, 1);
    return { results: { y: b.fold(b.exp(w), 3, 6, 4, 1) } };
  },
  "fold with stride and dilation": ({ image }) => ({ results: { y: b.fold(b.exp(b.window(image, 3, 2, 2, 3)), 3, 6, 2, 3) } }),
  "folds of fewer windows than places": ({ image }) => ({
    results: {
      dense: b.fold(b.exp(b.window(image, 3, 5, 1, 1)), 3, 6, 1, 1),
      whole: b.fold(b.fold(b.exp(b.window(b.window(image, 2, 6, 1, 1), 3, 6, 1, 1)), 3, 6, 1, 1), 2, 6, 1, 1),
      apart: b.fold(b.exp(b.window(image, 3, 3, 1, 2)), 3, 6, 1, 2),
    },
  }),
  "max-pool and its gradient": ({ image }) => {
    const w = b.reshape(b.permute(b.window(b.window(b.tanh(image), 2, 2, 2, 1), 3, 2, 2, 1), [0, 1, 2, 3, 4, 5]), ["batch", 2, 3, 3, 4]);
    const first = b.oneHot(b.argmax(w, 4), 4);
    const back = b.reshape(first, ["batch", 2, 3, 3, 2, 2]);
    return { results: { y: b.max(w, [4], "first"), dx: b.fold(b.fold(back, 3, 6, 2, 1), 2, 6, 2, 1) } };
  },
  "convolution of an image at twice its size": ({ image, kernel }) => {
    const halves = b.constant(image.graph, [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5], [12], "i32");
    const tall = b.permute(b.gather(b.permute(image, [2, 0, 1, 3]), halves), [1, 2, 0, 3]);
    const large = b.permute(b.gather(b.permute(tall, [3, 0, 1, 2]), halves), [1, 2, 3, 0]);
    return { results: { y: b.contract(patches(large, 1, 1), kernel, "bchwij,ocij->bohw") } };
  },
  "channels scaled by their own sums, then added up": ({ image }) => {
    const scaled = b.mul(image, b.broadcast(b.sum(image, [2, 3]), ["batch", 2, 6, 6], [0, 1]));
    return { results: { scaled, sums: b.sum(scaled, [0, 2, 3]) } };
  },
  "gather and scatter": ({ w, y }) => {
    const picked = b.gather(w, y);
    return { results: { picked: b.exp(picked) }, updates: [[w, b.add(w, b.scatterAdd(b.exp(picked), y, 6))]] };
  },
  "layers of one form on other values": ({ x, w, v, square, bias }) => {
    const first = b.tanh(b.add(b.contract(x, w, "ik,kj->ij"), rows(bias)));
    const other = b.tanh(b.add(b.contract(x, v, "ik,kj->ij"), rows(bias)));
    const third = b.tanh(b.add(b.contract(first, square, "ik,kj->ij"), rows(bias)));
    const fourth = b.tanh(b.add(b.contract(other, square, "ik,kj->ij"), rows(bias)));
    return { results: { y: fourth, z: third } };
  },
  "members of one form in one group": ({ w, v, bias }) => {
    const norm = (x: Node) => b.sqrt(b.add(b.sum(b.mul(x, x), [0]), bias));
    const scaled = (x: Node) => b.div(x, b.broadcast(norm(x), [6, 4], [1]));
    return { results: { a: scaled(w), b: scaled(v) }, updates: [[w, b.sub(w, scaled(v))]] };
  },
  "one form of which one value is read twice": ({ w, v }) => {
    const mixed = (x: Node, y: Node) => b.contract(b.exp(x), b.exp(y), "ij,kj->ik");
    return { results: { a: mixed(w, v), b: mixed(v, v), c: mixed(v, w) } };
  },
  "members of one form that read their values crosswise": ({ w, v }) => {
    const beside = (sum: Node, value: Node) => b.mul(value, b.broadcast(sum, [6, 4], [0]));
    const [first, second] = [b.sum(b.div(w, v), [1]), b.sum(b.div(v, w), [1])];
    return { results: { a: beside(first, b.sub(w, v)), b: beside(second, b.sub(w, v)) } };
  },
  "streams of one form": ({ x, square, y }) => {
    const [seed, step] = [b.sum(y, [0]), b.max(y, [0], "first")];
    const noise = (stream: number) => b.mul(b.random(seed, step, stream, ["batch", 4]), b.random(seed, step, stream + 1, ["batch", 4]));
    return { results: { a: b.contract(noise(1), square, "ij,jk->ik"), b: b.contract(noise(5), square, "ij,jk->ik"), x: b.exp(x) } };
  },
  "a sum of four products": ({ w, v, square }) => {
    const product = (x: Node, y: Node) => b.contract(x, y, "ij,ik->jk");
    const total = b.add(b.add(b.add(product(w, w), product(v, v)), product(w, v)), product(v, w));
    return { results: { sum: b.exp(total) }, updates: [[square, b.add(square, total)]] };
  },
  "a sum of products from the last to the first": ({ w, v }) => {
    const [last, third, second, first] = [[w, w] as const, [v, v] as const, [w, v] as const, [v, w] as const].map(([x, y]) =>
      b.contract(x, y, "ij,ik->jk"),
    );
    return { results: { sum: b.add(b.add(b.add(first as Node, second as Node), third as Node), last as Node) } };
  },
  "a sum of three scatters": ({ x, y }) => {
    const scattered = (scale: number) => b.scatterAdd(b.mul(x, b.fill(x, scale)), y, 6);
    return { results: { sum: b.add(scattered(3), b.add(scattered(1), scattered(2))) } };
  },
  "gather by a computed index, which may lie outside": ({ x, w }) => {
    const first = b.reshape(b.slice(x, [0, 0], ["batch", 1]), ["batch"]);
    return { results: { picked: b.gather(w, b.cast(b.mul(first, b.fill(first, 8)), "i32")) } };
  },
  "statistics by column, then normalised": ({ x }, graph) => {
    const mean = b.div(b.sum(x, [0]), b.broadcast(b.size(graph, "batch"), [6], []));
    const d = b.sub(x, b.broadcast(mean, ["batch", 6], [1]));
    const v = b.sum(b.mul(d, d), [0]);
    return { results: { y: b.div(d, b.broadcast(b.sqrt(b.add(v, b.fill(v, 1))), ["batch", 6], [1])) } };
  },
  "norm of everything, then clipped": ({ w, v, total }) => {
    const norm = b.sqrt(b.add(b.sum(b.mul(w, w), [0, 1]), b.sum(b.mul(v, v), [0, 1])));
    const clip = (p: Node) => b.div(p, b.broadcast(norm, p.shape, []));
    return {
      updates: [
        [w, clip(w)],
        [v, clip(v)],
        [total, norm],
      ],
    };
  },
  "norm of a product's result, then scaled": ({ x, w, v }) => {
    const g = b.contract(x, b.tanh(b.contract(x, w, "bi,ij->bj")), "bi,bj->ij");
    const norm = b.sqrt(b.sum(b.mul(g, g), [0, 1]));
    return {
      updates: [
        [w, b.div(g, b.broadcast(norm, g.shape, []))],
        [v, b.sub(v, g)],
      ],
    };
  },
  "random mask": ({ x }, graph) => {
    const seed = b.constant(graph, [3], [], "i32");
    return { results: { y: b.mul(x, b.random(seed, seed, 2, x.shape)) } };
  },
  "column sums that ride in a product's epilogue": (s) => {
    const z = b.tanh(dense(s));
    return { results: { z, columns: b.sum(z, [0]), all: b.sum(z, [0, 1]) } };
  },
};

/** The program and entry point of a case. */
export const fusedCase = (name: string): { program: Program; entry: Entry } =>
  entryOf((graph, sources) => (fusedCases[name] as (typeof fusedCases)[string])(sources as Sources, graph));
