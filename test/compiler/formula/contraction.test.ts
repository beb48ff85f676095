import { expect, test } from "vitest";
import { lettersOf, productForm } from "../../../compiler/formula/contraction.ts";
import { type Formula, transpose, variable } from "../../../compiler/formula/tree.ts";
import type { Array64 } from "../describe/arrays.ts";
import { evaluateTree } from "../describe/evaluate-tree.ts";

const extents: Readonly<Record<string, number>> = { i: 2, k: 3, j: 4 };
const filled = (letters: string, seed: number): Array64 => {
  const shape = [...letters].map((letter) => extents[letter] as number);
  return { shape, data: Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, at) => Math.sin(seed + at)) };
};
const product = (spec: string, x: Formula, y: Formula): Formula => ({ kind: "contraction", spec, args: [x, y] });

const operands = [
  ["ik", "kj"],
  ["ki", "kj"],
  ["ik", "jk"],
  ["ki", "jk"],
  ["kj", "ik"],
  ["jk", "ki"],
] as const;
const specs = operands.flatMap(([x, y]) => [`${x},${y}->ij`, `${x},${y}->ji`]);

test.each(specs)("the matrix form of %s is the contraction", (spec) => {
  const [x = "", y = ""] = (spec.split("->")[0] ?? "").split(",");
  const values: Readonly<Record<string, Array64>> = { x: filled(x, 1), y: filled(y, 2) };
  const around = { sizes: {}, classes: 0, lookUp: (name: string) => values[name] as Array64 };
  const form = productForm(spec);
  const [left, right] = (form?.factors ?? []).map(({ arg, transposed }) => {
    const operand = variable(arg === 0 ? "x" : "y");
    return transposed ? transpose(operand) : operand;
  });
  expect(form?.sign).toBe("matrix");
  expect(evaluateTree(product("ik,kj->ij", left as Formula, right as Formula), around)).toEqual(
    evaluateTree(product(spec, variable("x"), variable("y")), around),
  );
});

test.each(["bi,io->bo", "bk,bkj->bj", "ij,j->ij", "ijk,kl->ijl"])("%s has the letters of its axes, whatever it was written with", (spec) => {
  const { x, y, result, summed } = lettersOf(spec);
  expect(result).toBe("ijkl".slice(0, result.length));
  const renamed = new Map([...spec.replace(/\W/g, "")].map((letter, at) => [letter, `${x}${y}${result}`[at]]));
  expect(new Set(renamed.values()).size).toBe(renamed.size);
  expect(summed.every((letter) => x.includes(letter) && y.includes(letter) && !result.includes(letter))).toBe(true);
});
