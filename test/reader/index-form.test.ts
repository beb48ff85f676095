// Lines whose left side has letters: these are the axes of the value.
import { expect, test } from "vitest";
import { readPageText } from "./page.ts";
import { readLines } from "./read.ts";
import { build, reader, type Tensor } from "./tensor.ts";

const tensor = (...extents: number[]): Tensor => {
  let next = 0;
  return build(
    extents.map((extent) => ({ extent })),
    () => Math.sin(++next),
  );
};

const given = (names: Readonly<Record<string, Tensor>>) => ({ names: new Map(Object.entries(names)), batch: 2, stateOf: () => undefined });

const page = `Forward

c[n,o,p,q] = b[o] + Σ_i,u,v W[o,i,u,v]·x[n,i,2p+u−1,q+v]

Gradients

∂loss/∂W[o,i,u,v] = Σ_n,p,q δ[n,o,p,q]·x[n,i,2p+u−1,q+v]
∂loss/∂b[o] = Σ_n,p,q δ[n,o,p,q]

Symbols

  x  input      2×3×6×5
  W  parameter  4×3×3×2
  b  parameter  4
  δ  value      2×4×3×4
  c  value      2×4×3×4

Conventions

  Outside x is 0.
`;

test("a convolution and its gradients in index form are read by their letters", () => {
  const names = { x: tensor(2, 3, 6, 5), W: tensor(4, 3, 3, 2), b: tensor(4), δ: tensor(2, 4, 3, 4) };
  const [c, ofW, ofB] = readLines(readPageText(page), given(names)).map(({ value, reason }) => value ?? reason) as [Tensor, Tensor, Tensor];
  const [x, weights, delta] = [reader(names.x), reader(names.W), reader(names.δ)];
  const at = (n: number, i: number, row: number, column: number) => (row < 0 || row > 5 ? 0 : x([n, i, row, column]));
  let [sum, slope] = [names.b.data[3] as number, 0];
  for (let i = 0; i < 3; i++) for (let u = 0; u < 3; u++) for (let v = 0; v < 2; v++) sum += weights([3, i, u, v]) * at(1, i, u - 1, 2 + v);
  for (let n = 0; n < 2; n++) for (let p = 0; p < 3; p++) for (let q = 0; q < 4; q++) slope += delta([n, 1, p, q]) * at(n, 2, 2 * p - 1, q + 1);
  expect(reader(c)([1, 3, 0, 2])).toBeCloseTo(sum, 12);
  expect(reader(ofW)([1, 2, 0, 1])).toBeCloseTo(slope, 12);
  expect(ofB.axes.map(({ extent }) => extent)).toEqual([4]);
});

const pool = `Forward

m[n,p,q] = max_u<2,v<2 relu(x)[n,2·p+u−1,q+v]

Errors

δ_x[n,a,b] = 1/2·Σ_p,q,u<2,v<2 δ_m[n,p,q]·[2·p+u−1 = a]·[q+v = b]·[(u,v) = argmax_u,v relu(x)[n,2·p+u−1,q+v]]

Symbols

  x    input        1×3×2
  δ_m  ∂loss by m   1×2×1
  m    value        1×2×1
  δ_x  ∂loss by x   1×3×2

Conventions

  What would be outside of a table, as x[n,−1], counts 0 in a Σ and −∞ in a max.
  relu(x) is 0 where x ≤ 0, else x, and its derivative is [x > 0]: 0 at 0
`;

test("the first largest of a window is found among those that are not outside", () => {
  const [x, delta] = [tensor(1, 3, 2), tensor(1, 2, 1)].map(({ axes }) => axes) as [Tensor["axes"], Tensor["axes"]];
  const names = { x: { axes: x, data: Float64Array.of(-1, -2, 3, 5, 5, 4) }, δ_m: { axes: delta, data: Float64Array.of(2, 8) } };
  const values = readLines(readPageText(pool), given(names)).map(({ value, reason }) => (value ? [...value.data] : reason));
  expect(values).toEqual([
    [0, 5],
    [1, 0, 0, 4, 0, 0],
  ]);
});

test("what a reader would not know is an error", () => {
  const read = (line: string, names: Readonly<Record<string, Tensor>>) =>
    readLines(readPageText(`Forward\n\n${line}\n\nSymbols\n\n  x  input  4×4\n\nConventions\n\n  None.\n`), given(names))[0]?.reason;
  expect(read("y = x − m", { x: tensor(4, 4), m: tensor(4) })).toBe("ambiguous: [4, 4] and [4]");
  expect(read("y = x·z", { x: tensor(4, 4), z: tensor(3, 4) })).toBe("no product: [4, 4]·[3, 4]");
  expect(read("y = softmax(x)", { x: tensor(4, 4) })).toBe("nothing says what softmax is");
  expect(read("y = onehot(x)", { x: tensor(4, 4) })).toBe("nothing says what onehot is");
  expect(read("y[i] = x[i+1,i]", { x: tensor(4, 4) })).toBe("[4,3] is outside of [4, 4]");
});
