import { describe, expect, test } from "vitest";
import { along, divideIndex, fixed, plus, scale } from "../../../compiler/kernel/affine.ts";
import type { Affine, Axis, Expr } from "../../../compiler/kernel/kernel.ts";
import { substitution } from "../../../compiler/kernel/substitute.ts";
import { axis, buffer, guard, load, op } from "./kernels.ts";

const [i, o, k] = [axis("i", 20), axis("o", 4), axis("k", 5)];
const p = axis("p", 5);
const x = buffer("x", [4, 5]);
const asLoaded = (expr: { readonly buffer: typeof x }, index: readonly Affine[]): Expr => ({
  kind: "load",
  dtype: "f32",
  buffer: expr.buffer,
  index,
});

/** `expr` with `index` in place of i, and the splits that were asked for. */
function substituted(expr: Expr, index: Affine): { readonly image: Expr; readonly splits: [Axis, unknown][] } {
  const splits: [Axis, unknown][] = [];
  const image = substitution({ axis: (one) => (one === i ? index : along(one)), load: asLoaded, split: (...split) => splits.push(split) });
  return { image: image.expr(expr), splits };
}

const parts = divideIndex(along(i), 5);
const divided = load(x, parts.quotient, parts.remainder);

describe("substitution", () => {
  test("a quotient and a remainder become the loops of two axes", () => {
    const { image, splits } = substituted(divided, plus(scale(along(o), 5), along(k)));
    expect(image).toEqual(load(x, o, k));
    expect(splits).toEqual([]);
  });

  test("(4·o + k) / 4 is o, and the remainder k", () => {
    const { quotient, remainder } = divideIndex(along(i), 4);
    const k4 = axis("k", 4);
    const { image } = substituted(load(x, quotient, remainder), plus(scale(along(p), 4), along(k4)));
    expect(image).toEqual(load(x, p, k4));
  });

  test("a division of one axis stays, once for both of its results, and the split is asked for", () => {
    const other = axis("other", 20);
    const { image, splits } = substituted(divided, along(other));
    const { quotient, remainder } = divideIndex(along(other), 5);
    expect(image).toEqual(load(x, quotient, remainder));
    expect(splits).toEqual([[other, 5]]);
  });

  test("a division of a division is brought to normal form", () => {
    const { quotient } = divideIndex(parts.quotient, 2);
    const { image } = substituted(load(buffer("y", [2]), quotient), plus(scale(along(o), 5), along(k)));
    const [index] = (image as Extract<Expr, { kind: "load" }>).index as [Affine];
    expect(index).toEqual(divideIndex(along(o), 2).quotient);
  });

  test("offsets, bounds and what is shared are kept", () => {
    const shared = op("exp", load(x, i, i));
    const guarded = guard([{ index: along(i), lower: 2, upper: 7 }], op("add", shared, shared));
    const { image } = substituted(guarded, plus(along(k), fixed(3)));
    expect(image).toMatchObject({ kind: "guard", bounds: [{ index: plus(along(k), fixed(3)), lower: 2, upper: 7 }] });
    const sum = (image as Extract<Expr, { kind: "guard" }>).value as Extract<Expr, { kind: "op" }>;
    expect(sum.args[0]).toBe(sum.args[1]);
  });
});
