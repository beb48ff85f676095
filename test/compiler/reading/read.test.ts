import { expect, test } from "vitest";
import { evaluate } from "../../../compiler/reading/evaluate.ts";
import { read } from "../../../compiler/reading/parse.ts";
import type { Scope } from "../../../compiler/reading/scope.ts";
import { nearestOf, spelled } from "../../../compiler/reading/spelling.ts";
import { make, type Tensor } from "../../../compiler/reading/tensor.ts";
import { write } from "../../../compiler/reading/write.ts";
import { codeOf } from "../../support/code-of.ts";

const table = (shape: readonly number[], first = 1, axes: readonly (string | undefined)[] = []): Tensor =>
  make(
    shape,
    Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, at) => first + at),
    axes,
  );

const values: Readonly<Record<string, Tensor>> = {
  s: table([], 3),
  u: table([2]),
  v: table([3]),
  W: table([2, 3]),
  S: table([2, 2]),
  X: table([4, 2], 1, ["batch"]),
  row: table([4], 1, ["batch"]),
  T: table([2, 2, 2]),
  image: table([1, 1, 3, 3]),
  kernel: table([1, 1, 2, 2]),
  y: make([4], Float64Array.of(0, 2, 1, 0), ["batch"]),
};
const scope: Scope = {
  valueOf: (name) => values[name],
  derivative: () => undefined,
  classesOf: () => 3,
  names: () => Object.keys(values),
};

const evaluated = (text: string): readonly [shape: readonly number[], data: readonly number[]] => {
  const { shape, data } = evaluate(read(text), scope);
  return [shape, [...data]];
};

test.each([
  ["conv(image, kernel)", [1, 1, 2, 2], [37, 47, 67, 77]],
  ["conv_stride=2,padding=1(image, kernel)", [1, 1, 2, 2], [4, 18, 36, 77]],
  ["conv_padding=0+1×0(image, kernel)", [1, 1, 3, 2], [37, 47, 67, 77, 23, 26]],
  ["convTranspose(reshape(S, [1, 1, 2, 2]), kernel)", [1, 1, 3, 3], [1, 4, 4, 6, 20, 16, 9, 24, 16]],
  ["maxPool_2×2,stride=1(image)", [1, 1, 2, 2], [5, 6, 8, 9]],
  ["avgPool_2×2,stride=1(image)", [1, 1, 2, 2], [3, 4, 6, 7]],
  ["avgPool_2×2,padding=1,inside(image)", [1, 1, 2, 2], [1, 2.5, 5.5, 7]],
  ["patchesᵀ_2×2(patches_2×2(image))", [1, 1, 3, 3], [1, 4, 3, 8, 20, 12, 7, 16, 9]],
  ["patchesᵀ_2×2,stride=2,cells=3(maxPool_1×1(patches_2×2,stride=2(image)))", [1, 1, 3, 3], [1, 2, 0, 4, 5, 0, 0, 0, 0]],
  ["Σ_batch row[i] ⊙ X", [2], [50, 60]],
  ["Σ_i row[i] ⊙ X", [2], [50, 60]],
  ["sum_batch row[i] ⊙ X", [2], [50, 60]],
  ["2·sum_{j} X / 2 + row", [4], [4, 9, 14, 19]],
  ["Σ_batch X[i,j] ⊙ (X[i,k] − S[j,k])", [2, 2], [68, 68, 40, 40]],
  ["Σ_batch X[j,i] ⊙ X[j,i]", [2], [84, 120]],
  ["W[i,k] ⊙ [S[i,j] > 1]", [2, 2, 3], [0, 0, 0, 1, 2, 3, 4, 5, 6, 4, 5, 6]],
  ["windows_j,2(W)", [2, 2, 2], [1, 2, 2, 3, 4, 5, 5, 6]],
  ["fold_j,3(windows_j,2(W))", [2, 3], [1, 4, 3, 4, 10, 6]],
  ["adaptiveAvgPool_2(v)", [2], [1.5, 2.5]],
  ["adaptiveMaxPool_2(v)", [2], [2, 3]],
  ["upsample_4(u)", [4], [1, 1, 2, 2]],
  ["upsample_bilinear,4(u)", [4], [1, 1.25, 1.75, 2]],
  ["upsample_bilinear,corners,3(u)", [3], [1, 1.5, 2]],
  ["upsampleᵀ_cells=2×2(image)", [1, 1, 2, 2], [12, 9, 15, 9]],
  ["pad_1:0(W, 9)", [2, 4], [9, 1, 2, 3, 9, 4, 5, 6]],
  ["flip_j(W)", [2, 3], [3, 2, 1, 6, 5, 4]],
  ["permute_1,0(W)", [3, 2], [1, 4, 2, 5, 3, 6]],
  ["reshape(W, [3, 2])", [3, 2], [1, 2, 3, 4, 5, 6]],
  ["gather(v, y)", [4], [1, 3, 2, 1]],
  ["scatter_3(row, y)", [3], [5, 3, 2]],
  ["cumsum_j(W)", [2, 3], [1, 3, 6, 4, 9, 15]],
  ["cumprod_j(W)", [2, 3], [1, 2, 6, 4, 20, 120]],
  // Letters stand for places along the axes of what is beside them, or of what an extreme is found in.
  ["[j = argmax_j(W)]", [2, 3], [0, 0, 1, 0, 0, 1]],
  ["[j = argmin_j(W)]", [2, 3], [1, 0, 0, 1, 0, 0]],
  ["argmin_i(−W)", [3], [1, 1, 1]],
  ["W ⊙ [j ≤ i]", [2, 3], [1, 0, 0, 4, 5, 0]],
  ["{S if j ≤ i, else 0}", [2, 2], [1, 0, 3, 4]],
  ["T ⊙ [j ≤ i]", [2, 2, 2], [1, 0, 3, 4, 5, 0, 7, 8]],
  ["T + u[j]", [2, 2, 2], [2, 3, 5, 6, 6, 7, 9, 10]],
  // A vector is a row on the left and a column on the right.
  ["u·W", [3], [9, 12, 15]],
  ["W·v", [2], [14, 32]],
  ["u·u", [], [5]],
  ["X·W", [4, 3], [9, 12, 15, 19, 26, 33, 29, 40, 51, 39, 54, 69]],
  ["Xᵀ·X", [2, 2], [84, 100, 100, 120]],
  ["T·S", [2, 2, 2], [7, 10, 15, 22, 23, 34, 31, 46]],
  ["u ⊗ v", [2, 3], [1, 2, 3, 2, 4, 6]],
  ["(v ⊗ u)ᵀ", [2, 3], [1, 2, 3, 2, 4, 6]],
  ["uᵀ·v", [2, 3], [1, 2, 3, 2, 4, 6]],
  ["outer(u, v)", [2, 3], [1, 2, 3, 2, 4, 6]],
  ["2·W", [2, 3], [2, 4, 6, 8, 10, 12]],
  ["W*v", [2], [14, 32]],
  ["W .* W", [2, 3], [1, 4, 9, 16, 25, 36]],
  ["W * W", [2, 3], [1, 4, 9, 16, 25, 36]],
  ["S * S", [2, 2], [7, 10, 15, 22]],
  // Elementwise: along the axes of the names, the last, the first.
  ["X ⊙ row", [4, 2], [1, 2, 6, 8, 15, 18, 28, 32]],
  ["X + u", [4, 2], [2, 4, 4, 6, 6, 8, 8, 10]],
  ["W ⊙ u", [2, 3], [1, 2, 3, 8, 10, 12]],
  ["S ⊙ u", [2, 2], [1, 4, 3, 8]],
  ["S − Σ_j S", [2, 2], [-2, -1, -4, -3]],
  // Spaces part nothing but wide slashes, and Σ reaches over products.
  ["6/2·s", [], [9]],
  ["s·4 / 6", [], [2]],
  ["Σ_j W ⊙ W", [2], [14, 77]],
  ["Σ_j W + u", [2], [7, 17]],
  ["Σ_batch X", [2], [16, 20]],
  ["Σ_i,j W", [], [21]],
  ["Σ W", [], [21]],
  ["sum(W, 0)", [3], [5, 7, 9]],
  ["mean_j(W)", [2], [2, 5]],
  ["max_j(W)", [2], [3, 6]],
  ["mean(W | W > 2)", [], [4.5]],
  ["Σ_k W[i,k]·W[j,k]", [2, 2], [14, 32, 32, 77]],
  ["Σ_i,k W[i,k]·W[j,k]", [2], [46, 109]],
  ["W[j,i]", [3, 2], [1, 4, 2, 5, 3, 6]],
  // Conditions.
  ["[u > 1]", [2], [0, 1]],
  ["u ⊙ [u ≥ 2]", [2], [0, 2]],
  ["{u if u > 1, else −u}", [2], [-1, 2]],
  ["onehot(y)", [4, 3], [1, 0, 0, 0, 0, 1, 0, 1, 0, 1, 0, 0]],
  // Powers, roots, brackets.
  ["u²", [2], [1, 4]],
  ["2^3^2", [], [512]],
  ["-2^2", [], [-4]],
  ["u⁻¹", [2], [1, 0.5]],
  ["√(4)", [], [2]],
  ["|−s|", [], [3]],
  ["mean(|u − |−3||)", [], [1.5]],
  ["⌊5/2⌋", [], [2]],
  ["2s + 2(u)", [2], [8, 10]],
  ["uᵀv", [2, 3], [1, 2, 3, 2, 4, 6]],
  ["relu(u − 1)", [2], [0, 1]],
  ["relu′(u − 1)", [2], [0, 1]],
  ["leakyRelu_0.5(−u)", [2], [-0.5, -1]],
  ["concat(u, v)", [5], [1, 2, 1, 2, 3]],
  ["concat_i(W, W)ᵀ·concat_i(u, u)", [3], [18, 24, 30]],
  ["slice_1:3(W)", [2, 2], [2, 3, 5, 6]],
  ["max(u, 1.5)", [2], [1.5, 2]],
])("%s", (text, shape, data) => {
  expect(evaluated(text)).toEqual([shape, data]);
});

test.each([
  ["tanh′(0.3)", 1 - Math.tanh(0.3) ** 2],
  ["sigmoid'(0.3)", 0.2444583],
  ["gelu′(0.5)", 0.8674951],
  ["silu′(0.5)", 0.7399612],
  ["erf(0.5)", 0.5204999],
  ["logSumExp(u)", Math.log(Math.E + Math.E ** 2)],
  ["Σ softmax(1000·u)", 1],
  ["softplus(800)", 800],
  ["norm(u)", Math.sqrt(5)],
  ["var(u)", 0.25],
])("%s, as a number", (text, value) => {
  expect(evaluated(text)[1][0]).toBeCloseTo(value, 6);
});

test.each([
  ["1 − z²", "1 − (z²)"],
  ["a·(b − c)", "a·(b − c)"],
  ["x ⊗ (d ⊙ (1−h))", "x ⊗ (d ⊙ (1 − h))"],
  ["x' * W", "xᵀ·W"],
  ["Σ_batch d / batch", "Σ_batch d/batch"],
  ["(a+b)ᵀ", "(a + b)ᵀ"],
  ["-x·y", "−x·y"],
  ["exp(-x)^2", "exp(−x)²"],
])("%s is written %s", (text, written) => {
  expect(write(read(text))).toBe(written);
  expect(write(read(written))).toBe(written);
});

test("names by all their spellings", () => {
  expect(["δ_z", "delta_z"].map(spelled)).toEqual(["delta_z", "delta_z"]);
  expect(["ŷ", "yhat", "h₁", "h_1", "h1", "W_ŷ"].map(spelled)).toEqual(["yhat", "yhat", "h1", "h1", "h1", "W_yhat"]);
  expect(nearestOf("delta_y", ["δ_z", "δ_yhat", "x"])).toBe("δ_z");
  expect(read("w₁₁⁽²⁾·z′ + W⁺ + h_{t−1}").kind).toBe("sum");
});

test("what does not fit or cannot be read has a place", () => {
  const errorOf = (text: string) => {
    try {
      evaluated(text);
      return "no error";
    } catch (error) {
      return (error as Error).message.replace(/\s+/g, " ");
    }
  };
  expect(
    ["X·X", "u ⊗ W", "W + S", "u·(", "u + * v", "sin u", "u # v", "{u if v}", "q·u", "softmaks(u)", "2..3", "u^", "∂loss/u"].map(errorOf),
  ).toMatchInlineSnapshot(`
    [
      "Operands do not fit: product [4,2]·[4,2] at line 1, column 3",
      "Operands do not fit: outer product of [2] and [2,3] at line 1, column 5",
      "Operands do not fit: elementwise step of [2,3] and [2,2] at line 1, column 5",
      "Cannot read the formula got the end of the formula expected a name, a number or a function at line 1, column 4",
      "Cannot read the formula got "*" expected a name, a number or a function at line 1, column 5",
      "Cannot read the formula got "u" expected an operator such as · or the end of the formula at line 1, column 5",
      "Cannot read the formula got "#" expected a name, a number or a sign at line 1, column 3",
      "Cannot read the formula got "}" expected "else" of {a if c, else b} at line 1, column 8",
      "There is no value "q" on the page at line 1, column 1",
      "There is no function "softmaks" on the page at line 1, column 1 help: "softmax"?",
      "Cannot read the formula got "." expected a name, a number or a sign at line 1, column 2",
      "Cannot read the formula got the end of the formula expected a name, a number or a function at line 1, column 3",
      "Cannot read the formula got "u" expected "∂" at line 1, column 7",
    ]
  `);
  expect(codeOf(() => evaluated("X·X"))).toBe("formula-shapes");
});
