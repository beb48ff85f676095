import { type Labels, readLabels } from "../ir/labels.ts";
import { letterOf } from "./axes.ts";

/** A contraction in words of linear algebra: its operands in order, each perhaps transposed, joined by a product sign. */
export interface ProductForm {
  readonly sign: "matrix" | "outer" | "elementwise";
  readonly factors: readonly [Factor, Factor];
  /** Letters that are summed after an elementwise product. */
  readonly over: readonly string[];
}
export interface Factor {
  readonly arg: 0 | 1;
  readonly transposed: boolean;
}

const form = (sign: ProductForm["sign"], left: Factor, right: Factor, over: readonly string[] = []): ProductForm => ({
  sign,
  factors: [left, right],
  over,
});
const factor = (arg: 0 | 1, transposed = false): Factor => ({ arg, transposed });

const alphabet = "ijklmnopqrstuvwxyzabcdefgh";

/**
 * The letters of the operands and of the result of `spec`, as in `ik,kj->ij`: i, j ... for the axes of the result in order,
 * then for those that are summed, whatever letters `spec` has.
 */
export function lettersOf(spec: string): { x: string; y: string; result: string; summed: string[] } {
  const { x, y, result } = readLabels(spec) as Labels;
  const order = [...new Set(result + x + y)];
  const renamed = (letters: string) => [...letters].map((letter) => alphabet[order.indexOf(letter)] ?? letter).join("");
  return { x: renamed(x), y: renamed(y), result: renamed(result), summed: [...renamed(order.slice(result.length).join(""))] };
}

/**
 * The matrix form of a contraction: `ik,kj->ij` is A·B, `ki,kj->ij` is Aᵀ·B, `i,j->ij` is A ⊗ B, `ij,ij->ij` is A ⊙ B. Leading axes that
 * all operands share, or that only one has, are batches of matrices. Undefined where only indices can say it.
 */
export function productForm(spec: string): ProductForm | undefined {
  const { x, y, result } = lettersOf(spec);
  if (x === "" || y === "") return scaled(x === "" ? 0 : 1, x + y, result);
  if (x === y && isSubsequence(result, x)) return x.length === 1 && result === "" ? form("matrix", factor(0), factor(1)) : elementwise(x, result);
  for (let batch = 0; batch <= Math.max(0, result.length - 2); batch++) {
    const prefix = result.slice(0, batch);
    if (!x.startsWith(prefix) && !y.startsWith(prefix)) return undefined;
    const [left, right] = [x, y].map((letters) => (letters.startsWith(prefix) ? letters.slice(batch) : letters)) as [string, string];
    const found = planar(left, right, result.slice(batch));
    // A vector beside a batch of matrices has no orientation that a reader could tell.
    if (found && (batch === 0 || (left.length === 2 && right.length === 2))) return found;
  }
  return undefined;
}

/** A number times a tensor. */
function scaled(scalar: 0 | 1, letters: string, result: string): ProductForm | undefined {
  const transposed = letters.length === 2 && result === `${letters[1]}${letters[0]}`;
  return letters === result || transposed ? form("matrix", factor(scalar), factor(scalar === 0 ? 1 : 0, transposed)) : undefined;
}

const elementwise = (x: string, result: string): ProductForm =>
  form(
    "elementwise",
    factor(0),
    factor(1),
    [...x].flatMap((letter, axis) => (result.includes(letter) ? [] : [letterOf(axis)])),
  );

function isSubsequence(part: string, whole: string): boolean {
  let at = 0;
  for (const letter of whole) if (letter === part[at]) at++;
  return at === part.length;
}

/** Products of matrices and vectors without batches. */
function planar(x: string, y: string, result: string): ProductForm | undefined {
  if (x.length > 2 || y.length > 2) return undefined;
  const shared = [...x].filter((letter) => y.includes(letter));
  const free = (letters: string) => [...letters].filter((letter) => !shared.includes(letter)).join("");
  if (shared.length > 1 || free(x).length > 1 || free(y).length > 1) return undefined;
  const sign = shared.length === 0 ? "outer" : "matrix";
  const k = shared[0] ?? "";
  if (result.includes(k) && k !== "") return undefined;
  if (result === free(x) + free(y)) return form(sign, factor(0, x.length === 2 && x[0] === k), factor(1, y.length === 2 && y[1] === k));
  if (result === free(y) + free(x)) return form(sign, factor(1, y.length === 2 && y[0] === k), factor(0, x.length === 2 && x[1] === k));
  return undefined;
}
