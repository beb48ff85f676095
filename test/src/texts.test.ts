// The texts of a compiled model are made when they are read.
import { expect, test } from "vitest";
import { compile } from "../../src/compile.ts";
import { f32, losses, model, nn, optim } from "../../src/index.ts";
import { lazy } from "../../src/lazy.ts";

const texts = ["formulas", "kernels", "graph", "memory"] as const;

const build = () =>
  compile(
    model("texts", { x: f32("batch", 4), y: f32("batch", 1) }, ({ x, y }) => {
      const price = nn.linear(nn.tanh(nn.linear(x, 3)), 1);
      return { outputs: { price }, loss: losses.mse(price, y) };
    }),
    { optimizer: optim.adam() },
  );

test("a member is made once, and only when it is read", () => {
  const made: string[] = [];
  const object = lazy<{ a: object; b: object }>({ a: () => [made.push("a")], b: () => [made.push("b")] });
  expect(made).toEqual([]);
  expect(object.b).toBe(object.b);
  expect(made).toEqual(["b"]);
  expect({ ...object }).toEqual({ a: [2], b: [1] });
});

test("the texts are the same in whatever order they are read", async () => {
  const [one, other] = [await build(), await build()];
  const read = (built: typeof one, names: readonly (typeof texts)[number][]) => Object.fromEntries(names.map((name) => [name, built[name]]));
  expect(read(one, texts)).toEqual(read(other, [...texts].reverse()));
  expect(one.kernels.length).toBeGreaterThan(0);
  expect(Object.keys(one.formulas.forward)).toContain("price");
});
