// A net as an ONNX model: the protocol buffers of onnx.proto3 (IR 8, operator set 17), as far as the nets here need them.
import type { Task } from "../workloads/data.ts";
import type { Layer } from "../workloads/net.ts";

type Bytes = readonly Uint8Array[];

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return Uint8Array.from([...bytes, rest]);
}

const whole = (field: number, value: number): Bytes => [varint(field * 8), varint(value)];
const block = (field: number, bytes: Uint8Array): Bytes => [varint(field * 8 + 2), varint(bytes.length), bytes];
const text = (field: number, value: string): Bytes => block(field, new TextEncoder().encode(value));
const message = (field: number, ...parts: readonly Bytes[]): Bytes => block(field, Buffer.concat(parts.flat()));

/** Codes of onnx.proto3's enumerations. */
const FLOAT = 1;
const INT = 2;
const INTS = 7;

function attribute(name: string, value: number | readonly number[]): Bytes {
  const numbers = typeof value === "number" ? whole(3, value) : value.flatMap((one) => whole(8, one));
  return message(5, text(1, name), numbers, whole(20, typeof value === "number" ? INT : INTS));
}

function tensor({ name, shape, data }: Task["parameters"][number]): Bytes {
  const dims = shape.flatMap((extent) => whole(1, extent));
  return message(5, dims, whole(2, FLOAT), text(8, name), block(9, Buffer.from(data, "base64")));
}

/** An input or output; without a shape, which then follows from the rest. */
function value(field: number, name: string, shape?: readonly number[]): Bytes {
  const dims = shape ? message(2, ...shape.map((extent) => message(1, whole(1, extent)))) : [];
  return message(field, text(1, name), message(2, message(1, whole(1, FLOAT), dims)));
}

type Node = readonly [operator: string, attributes: Readonly<Record<string, number | readonly number[]>>];

function operatorOf(layer: Layer): Node {
  switch (layer.kind) {
    case "linear":
      return ["Gemm", {}];
    case "conv": {
      const { stride, padding, groups: group } = layer;
      return ["Conv", { strides: [stride, stride], pads: [padding, padding, padding, padding], group }];
    }
    case "pool":
      return ["MaxPool", { kernel_shape: [layer.size, layer.size], strides: [layer.size, layer.size] }];
    case "relu":
      return ["Relu", {}];
    case "tanh":
      return ["Tanh", {}];
    case "flatten":
      return ["Flatten", {}];
    default:
      throw new Error(`${layer.kind} is not written for this peer`);
  }
}

function node(layer: Layer, i: number, { layers, parameters }: Task): Bytes {
  const [operator, attributes] = operatorOf(layer);
  const own = parameters.filter(({ name }) => name.startsWith(`l${i}.`)).map(({ name }) => name);
  const from = i === 0 ? "x" : `v${i - 1}`;
  const inputs = [from, ...own].flatMap((name) => text(1, name));
  const to = i === layers.length - 1 ? "out" : `v${i}`;
  return message(1, inputs, text(2, to), text(4, operator), ...Object.entries(attributes).map(([name, of]) => attribute(name, of)));
}

/** The bytes of a model that takes `x` and gives `out`. @throws Error for a layer that is not written here */
export function onnxOf(task: Task): Uint8Array {
  const nodes = task.layers.map((layer, i) => node(layer, i, task));
  const weights = task.parameters.map(tensor);
  const graph = message(7, ...nodes, text(2, "net"), ...weights, value(11, "x", task.input), value(12, "out"));
  const operators = message(8, text(1, ""), whole(2, 17));
  return Buffer.concat([whole(1, 8), graph, operators].flat());
}
