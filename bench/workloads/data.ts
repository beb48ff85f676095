// The same inputs and first weights for all, from one generator, as bytes in base64.
import { describe } from "./net.ts";
import type { Workload } from "./table.ts";

interface Tensor {
  readonly shape: readonly number[];
  readonly dtype: "f32" | "i32";
  readonly data: string;
}

/** A workload as every peer is given it. */
export interface Task extends Workload {
  readonly inputs: { readonly x: Tensor; readonly y: Tensor };
  readonly parameters: readonly (Tensor & { readonly name: string })[];
  readonly flops: number;
}

const base64 = ({ buffer }: Float32Array | Int32Array) => Buffer.from(buffer).toString("base64");

/** Uniform in [0, 1): Marsaglia's xorshift. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

export function taskOf(workload: Workload): Task {
  const next = generator(20261129);
  const count = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);
  const uniform = (shape: readonly number[], low: number, high: number): Tensor => {
    const values = Float32Array.from({ length: count(shape) }, () => low + (high - low) * next());
    return { shape, dtype: "f32", data: base64(values) };
  };
  const whole = (shape: readonly number[], below: number): Tensor => {
    const values = Int32Array.from({ length: count(shape) }, () => Math.floor(below * next()));
    return { shape, dtype: "i32", data: base64(values) };
  };
  const first = (name: string, shape: readonly number[]): Tensor => {
    if (/norm\d?\.weight$/i.test(name)) return uniform(shape, 1, 1);
    const fan = shape.length === 4 ? count(shape.slice(1)) : (shape[0] ?? 1);
    return uniform(shape, -1 / Math.sqrt(fan), 1 / Math.sqrt(fan));
  };
  const { input, tokens, classes } = workload;
  const { parameters, [workload.pass]: flops } = describe(workload.layers, input);
  const rows = tokens === undefined ? input.slice(0, 1) : input;
  const x = tokens === undefined ? uniform(input, -1.7, 1.7) : whole(input, tokens);
  const y = classes === undefined ? uniform([...rows, 1], -1, 1) : whole(rows, classes);
  return { ...workload, inputs: { x, y }, parameters: parameters.map((p) => ({ name: p.name, ...first(p.name, p.shape) })), flops };
}
