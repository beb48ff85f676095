// Choices that several steps make.
import { type Dim, isDynamic } from "../../compiler/ir/dim.ts";
import type { Node } from "../../compiler/ir/node.ts";
import type { Dtype } from "../../compiler/ir/type.ts";
import { type Plot, pick } from "./plot.ts";

/** Makes a value, or nothing where no value of the plot fits. */
export type Step = (plot: Plot) => Node | undefined;

const dtypes: readonly Dtype[] = ["f32", "f32", "i32", "bool"];
export const drawDtype = ({ draw }: Plot): Dtype => dtypes[draw(dtypes.length)] as Dtype;
export const mostlyFloat = ({ draw }: Plot): Dtype => (draw(6) === 5 ? "i32" : "f32");
export const isStatic = (dim: Dim): dim is number => !isDynamic(dim);
export const axesOf = (node: Node): number[] => [...node.shape.keys()];
export const staticAxes = (node: Node): number[] => axesOf(node).filter((axis) => isStatic(node.shape[axis] as Dim));
export const oneOf = <T>({ draw }: Plot, list: readonly T[]): T => list[draw(list.length)] as T;
export const someOf = <T>({ draw }: Plot, list: readonly T[]): T[] => list.filter(() => draw(2) === 0);
export const any = (plot: Plot) => pick(plot, drawDtype(plot));

export function shuffled<T>({ draw }: Plot, list: readonly T[]): T[] {
  const result = [...list];
  for (let i = result.length - 1; i > 0; i--) {
    const j = i - draw(i + 1);
    [result[i], result[j]] = [result[j] as T, result[i] as T];
  }
  return result;
}
