// What JavaScript makes of tensors, layers and input types without a word: NaN, texts and false. Each is refused where it happens.
import { inspect } from "node:util";
import { constant, elementwise, f32, model, nn, ops, type Result, type Tensor } from "gradc";
import { compile, interpret } from "gradc/compiler";
import { expect, test } from "vitest";
import { codeOfAsync } from "../support/code-of.ts";

const defined = (body: (x: Tensor, y: Tensor) => unknown) =>
  model("m", { x: f32("batch", 2), y: f32("batch", 2) }, ({ x, y }) => {
    body(x, y);
    return { outputs: { x } } satisfies Result;
  });

// What no type lets through.
type Loose = Record<string, unknown> & number & string;
const loose = (value: unknown) => value as Loose;

test.each<[string, (p: Loose, y: Loose) => unknown]>([
  ["p - y", (p, y) => p - y],
  ["p + y", (p, y) => p + y],
  ["p * 2", (p) => p * 2],
  ["p ** 2", (p) => p ** 2],
  ["-p", (p) => -p],
  ["+p", (p) => +p],
  ["p | 0", (p) => p | 0],
  ["p > 0", (p) => p > loose(0)],
  ["p < y", (p, y) => p < y],
  // biome-ignore lint/suspicious/noDoubleEquals: what a user may write
  ["p == 0", (p) => p == loose(0)],
  ["a template", (p) => `${p}`],
  ["a list as text", (p) => `${[p]}`],
  ["String", (p) => String(p)],
  ["a key", (p) => ({ a: 1 })[p]],
  ["Math.exp", (p) => Math.exp(p)],
  ["Math.max", (p, y) => Math.max(p, y)],
  ["a typed array", (p) => Float32Array.of(p)],
])("%s of a tensor, a layer or an input type", async (_, use) => {
  const tensors = await codeOfAsync(compile(defined((x, y) => use(loose(x), loose(y)))));
  const layers = await codeOfAsync(compile(defined((x) => use(loose(nn.linear(2)), loose(x)))));
  const types = await codeOfAsync(compile(defined((_x, y) => use(loose(f32("batch", 2)), loose(y)))));
  expect([tensors, layers, types]).toEqual(["operator-on-tensor", "operator-on-tensor", "operator-on-tensor"]);
});

test("the message names the tensor, and what to write", async () => {
  const message = (use: (x: Loose) => unknown) =>
    compile(defined((x) => use(loose(x)))).then(
      () => "",
      (error: Error) => error.message,
    );
  expect(await message((x) => x - 1)).toMatch(/^Cannot use "x" with an operator of JavaScript.*\n {2}help: .*ops\.sub.*elementwise/);
  expect(await message((x) => `${x}`)).toMatch(/^Cannot use "x" as a text/);
});

test("what only looks at a tensor goes on", async () => {
  await compile(
    defined((x) => {
      expect(inspect(x)).toContain("input");
      expect(inspect({ layer: nn.linear(2), type: f32(2) })).toContain("f32");
      expect([loose(x) === loose(0), new Map([[x, 1]]).get(x), { ...f32(2) }]).toEqual([false, 1, { dtype: "f32", shape: [2] }]);
      expect(f32("batch", 2)).toStrictEqual({ dtype: "f32", shape: ["batch", 2] });
    }),
  );
});

test.each<[string, (value: never, x: Tensor) => unknown]>([
  ["add", (value, x) => ops.add(x, value)],
  ["exp", (value) => ops.exp(value)],
  ["mean", (value) => ops.mean(value)],
  ["where", (value, x) => ops.where(ops.compare(x, 0, "gt"), x, value)],
  ["compare", (value, x) => ops.compare(x, value, "lt")],
  ["broadcast", (value) => ops.broadcast(value, [2])],
  ["elementwise", (value, x) => elementwise("a * b")(x, value)],
  ["a layer", (value) => nn.linear(2)(value)],
])("NaN and what is no number are no operands: ops.%s", async (_, use) => {
  for (const value of [Number.NaN, undefined, null, "1", 1n, {}, [1, 2]])
    expect(await codeOfAsync(compile(defined((x) => use(value as never, x))))).toBe("not-a-tensor");
});

test("NaN that is meant is a constant", async () => {
  const masked = model("m", { x: f32(2) }, ({ x }) => ({ outputs: { y: ops.where(ops.compare(x, 0, "gt"), x, constant([Number.NaN])) } }));
  expect([...((await interpret(masked, { x: [-1, 2] })).outputs.get("y") ?? [])]).toEqual([Number.NaN, 2]);
});
