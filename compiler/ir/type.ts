import type { Dim } from "./dim.ts";

export type Dtype = "f32" | "i32" | "bool";
/** Bytes of an element in memory, where a bool is an i32 of 0 or 1. */
export const elementBytes: Readonly<Record<Dtype, number>> = { f32: 4, i32: 4, bool: 4 };

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
