import { expect, test } from "vitest";
import { scalars } from "../../../compiler/ops/elementwise.ts";
import { floatsByBits, vectorFunction } from "../wasm/accuracy.ts";
import { computed } from "./in-javascript.ts";

const x = Float32Array.from([...floatsByBits(777, 10_737_419, 372), 0, -0, 1, -1, 0.5, -0.5, Infinity, -Infinity, NaN, 2 ** 30, 1e30, 2 ** -149]);
const y = x.map((_, i) => (x[(i * 7) % x.length] as number) % 20);

/** Bits, where every NaN is one. */
const bitsOf = (values: Float32Array) => [...values].map((value, i) => (Number.isNaN(value) ? "NaN" : new Int32Array(values.buffer)[i]));

const approximated = Object.values(scalars).flatMap(({ name, arity, f32: { code } }) => (typeof code === "string" ? [] : [{ name, arity, code }]));

test.each(approximated)("$name has the bits of its module when its lanes are computed in JavaScript", async ({ name, arity, code }) => {
  const columns = [x, y].slice(0, arity);
  const expected = (await vectorFunction(name as keyof typeof scalars, arity))(...columns);
  const parts = Array.from({ length: x.length / 4 }, (_, i) => computed(code, ...columns.map((column) => column.subarray(4 * i, 4 * i + 4))));
  expect(bitsOf(Float32Array.from(parts.flatMap((part) => [...part])))).toEqual(bitsOf(expected));
});
