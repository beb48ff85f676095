import type { Dim } from "./dim.ts";

export type Dtype = "f32" | "i32" | "bool";
export type Shape = readonly Dim[];

export interface TensorType {
  readonly dtype: Dtype;
  readonly shape: Shape;
}

/** `f32[batch, 12]` */
export const formatType = ({ dtype, shape }: TensorType): string => `${dtype}[${shape.join(", ")}]`;

/** `[batch, 12]` */
export const formatShape = (shape: Shape): string => `[${shape.join(", ")}]`;

export const sameShape = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((dim, axis) => dim === b[axis]);
