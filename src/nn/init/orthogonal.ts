// Matrices with orthonormal rows or columns.
import { invalidInit } from "../../../compiler/diagnostics/definitions.ts";
import { product } from "../../../compiler/ir/dim.ts";
import { elementAt } from "../../../compiler/ir/element.ts";
import type { Node } from "../../../compiler/ir/node.ts";
import { formatShape } from "../../../compiler/ir/type.ts";
import * as build from "../../../compiler/ops/build.ts";
import { finite, type Kinds } from "../../settings.ts";
import { standardNormal } from "./draw.ts";
import { filled, type Place } from "./place.ts";
import { options } from "./settings.ts";

/** Settings of `orthogonal`. */
export interface Gain {
  /** What the matrix is multiplied by; 1 unless stated. */
  readonly gain?: number;
}

const gainKinds: Kinds<Gain> = { gain: finite };

/** The coefficients of an odd polynomial of singular values: `a·s + b·s³ + c·s⁵`. */
type Quintic = readonly [a: number, b: number, c: number];

// Takes (0, 1] to (0, 1.21] and multiplies small values by 3.44: Jordan et al., "Muon" (2024).
const raise: Quintic = [3.4445, -4.775, 2.0315];
// From [0.68, 1.21] to 1 with an error below 1e-7 in three steps: Newton and Schulz's of order five (Higham 2008, section 8.3).
const settle: readonly Quintic[] = Array.from({ length: 4 }, () => [15 / 8, -10 / 8, 3 / 8]);

/**
 * How often to raise the singular values of a random n×m matrix (n <= m) of Frobenius norm 1: the least of them is below
 * `ε·(√m - √(n-1))/√(nm)` with a probability of about ε (Rudelson and Vershynin 2009), for which 1e-5 is taken.
 */
function raises(n: number, m: number): number {
  let least = (1e-5 * (Math.sqrt(m) - Math.sqrt(n - 1))) / Math.sqrt(n * m);
  let steps = 0;
  for (; least < 0.7; steps++) least *= raise[0];
  return steps;
}

/**
 * `"orthogonal"`: a matrix, [first axis, all others], with orthonormal rows, or columns where these are fewer, times the gain. Saxe et al. 2013.
 * It is the orthogonal factor of a normal matrix G = S·Q, which is as uniformly distributed as that of torch.nn.init, where G = Q·R; it is
 * found without a loop, by 14 to 22 steps of a polynomial of G·Gᵀ that moves all singular values to 1. Up to 512 rows Q·Qᵀ differs from 1 by
 * 2e-6 at most, unless the least singular value is so small, with a probability of about 1e-6, that a direction stays shorter. Cost: three
 * products of matrices a step, 1.8 s for 512×512, and 13 to 20 kB of module.
 */
export function orthogonalKind(place: Place, setting: unknown): Node {
  const { what, shape, graph, stream } = place;
  const { gain = 1 } = options<Gain>(what, "orthogonal", setting, gainKinds);
  if (shape.length < 2) throw invalidInit(what, `"orthogonal" needs two axes, and the shape is ${formatShape(shape)}`);
  const [rows, columns] = [elementAt(shape, 0), product(shape.slice(1)) as number];
  if (rows * columns === 0) return filled(place, 0);
  const [n, m] = rows <= columns ? [rows, columns] : [columns, rows];
  const normal = standardNormal(graph, [n, m], stream);
  const size = build.sqrt(build.sum(build.mul(normal, normal), [0, 1]));
  const steps = [...Array.from({ length: raises(n, m) }, () => raise), ...settle];
  const factor = steps.reduce(stepOf, build.div(normal, build.broadcast(size, [n, m], [])));
  const turned = build.reshape(rows <= columns ? factor : build.permute(factor, [1, 0]), shape);
  return gain === 1 ? turned : build.mul(filled(place, gain), turned);
}

/** `a·X + (b·S + c·S²)·X` with `S = X·Xᵀ` */
function stepOf(x: Node, [a, b, c]: Quintic): Node {
  const square = build.contract(x, x, "ik,jk->ij");
  const scaled = (node: Node, by: number) => build.mul(build.fill(node, by), node);
  const inner = build.add(scaled(square, b), scaled(build.contract(square, square, "ik,kj->ij"), c));
  return build.add(scaled(x, a), build.contract(inner, x, "ik,kj->ij"));
}
