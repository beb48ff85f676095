// Names that every object has already mean what the user means by them.
import { expect, test } from "vitest";
import { load, type Net } from "../../runtime/index.ts";
import { compile, interpret } from "../../src/compile.ts";
import { f32, losses, model, ops, optim, parameter } from "../../src/index.ts";
import { codeOf } from "../support/code-of.ts";

const source = model("toString", { constructor: f32("batch", 1), hasOwnProperty: f32("batch", 1) }, ({ constructor: x, hasOwnProperty: y }) => {
  const out = ops.mul(x, parameter([1], { name: "isPrototypeOf", init: 2 }));
  return { outputs: { valueOf: out }, loss: losses.mse(out, y) };
});

test("inputs, outputs and parameters named like members of every object", async () => {
  const net = (await load(await compile(source, { batch: 2, optimizer: optim.adam() }))) as unknown as Net;
  const other = (await load(await compile(source, { batch: 2, optimizer: optim.adam() }))) as unknown as Net;
  const rows = { constructor: [1, 2, 3] as never };
  expect(Array.from(net.predict(rows).valueOf as unknown as Float32Array)).toEqual([2, 4, 6]);
  expect(codeOf(() => net.predict({}))).toBe("missing-input");
  expect(codeOf(() => net.step(rows))).toBe("missing-input");
  expect(codeOf(() => net.setHyper({ toString: 1 } as never))).toBe("unknown-hyper");
  net.step({ constructor: [1, 2] as never, hasOwnProperty: [1, 1] as never });
  expect(other.restore(net.state()).missing).toEqual([]);
  expect(other.state()).toEqual(net.state());
  expect(other.gradients({ constructor: [1] as never, hasOwnProperty: [1] as never }).gradients).toHaveProperty("isPrototypeOf");
});

test("the interpreter takes them too", async () => {
  const { outputs } = await interpret(source, { constructor: [3] });
  expect([...outputs]).toEqual([["valueOf", Float64Array.of(6)]]);
});
