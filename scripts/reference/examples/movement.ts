// Ops that put elements into other places or into another form.
import { f32, i32, ops } from "../../../src/index.ts";
import { type Examples, example } from "./example.ts";

const x = f32("batch", 3);

export const movement: Examples = {
  "ops.broadcast": example({ x: f32(3) }, ({ x }) => ops.broadcast(x, [2, 3])),
  "ops.cast": example({ x: i32("batch") }, ({ x }) => ops.cast(x, "f32")),
  "ops.concat": example({ x, y: f32("batch", 2) }, ({ x, y }) => ops.concat([x, y], { dim: 1 })),
  "ops.flip": example({ x }, ({ x }) => ops.flip(x, { dim: 1 })),
  "ops.pad": example({ x }, ({ x }) => ops.pad(x, [0, 1], [0, 1])),
  "ops.permute": example({ x: f32("batch", 2, 3) }, ({ x }) => ops.permute(x, [0, 2, 1])),
  "ops.repeat": example({ x: f32(3) }, ({ x }) => ops.repeat(x, [2])),
  "ops.repeatInterleave": example({ x: f32(3) }, ({ x }) => ops.repeatInterleave(x, 2)),
  "ops.reshape": example({ x: f32("batch", 4) }, ({ x }) => ops.reshape(x, ["batch", 2, 2])),
  "ops.roll": example({ x }, ({ x }) => ops.roll(x, 1, 1)),
  "ops.slice": example({ x }, ({ x }) => ops.slice(x, [0, 1], ["batch", 2])),
  "ops.split": example({ x: f32("batch", 4) }, ({ x }) => ops.concat(ops.split(x, 2, { dim: 1 }).reverse(), { dim: 1 })),
  "ops.stack": example({ x, y: x }, ({ x, y }) => ops.stack([x, y], { dim: 1 })),
  "ops.tril": example({ x: f32(3, 3) }, ({ x }) => ops.tril(x)),
  "ops.triu": example({ x: f32(3, 3) }, ({ x }) => ops.triu(x)),
};
