// What a step assigns, as one rule for all parameters of which it is the same.
import { expect, test } from "vitest";
import { pageOf } from "../../../compiler/describe/page.ts";
import { readable } from "../../../compiler/describe/readable.ts";
import { writeEquation } from "../../../compiler/formula/equation.ts";
import type { ProgramOptions } from "../../../src/compile-options.ts";
import { partsToRead } from "../../../src/described.ts";
import { program } from "../../../src/entries.ts";
import { f32, losses, nn, ops, optim, parameter } from "../../../src/index.ts";
import { assigned, define } from "../../src/running.ts";

const definition = (hidden = "h", second = "out") =>
  define({ x: f32("batch", 3), y: f32("batch", 2) }, ({ x, y }) => {
    const h = assigned(1, hidden, () => nn.tanh(nn.linear(x, 4)));
    const out = assigned(2, second, () => nn.linear(h, 2));
    return { outputs: { out }, loss: losses.mse(out, y) };
  });

const updatesWith = (options: ProgramOptions, of = definition()): string[] =>
  pageOf(partsToRead(readable(program(of, options))))
    .updates.map((line) => writeEquation({ ...line, more: false }, "text"))
    .flatMap((text) => text.split("\n"));

const all = "for each w of W_h, b_h, W_out, b_out";

test("the textbook's form of adam, whose steps count from 1", () => {
  expect(updatesWith({ optimizer: optim.adam() })).toEqual([
    "m ← 0.9·m + 0.1·g",
    "v ← 0.999·v + 0.001·g²",
    "w ← w − (lr·(m/(1 − 0.9^t))) / (√(v/(1 − 0.999^t)) + 1e-8)",
    `with g = ∂loss/∂w, t = 1, 2, 3 …, ${all}`,
  ]);
});

test("a value is used before or behind the line that assigns it, as the rule says", () => {
  expect(updatesWith({ optimizer: optim.sgd({ momentum: 0.9, weightDecay: 0.01 }) })).toEqual([
    "m ← momentum·m + g + weightDecay·w",
    "w ← w − lr·m",
    `with g = ∂loss/∂w, ${all}`,
  ]);
  expect(updatesWith({ optimizer: optim.lion() })).toEqual(["w ← w − lr·sign(0.9·m + 0.1·g)", "m ← 0.99·m + 0.01·g", `with g = ∂loss/∂w, ${all}`]);
});

test("what all parameters have in common stands before the rule, once", () => {
  const [norm, ...rule] = updatesWith({ optimizer: optim.sgd(), clip: { norm: 1 } });
  expect(norm).toContain("∂loss/∂W_h");
  expect(rule).toEqual(["w ← w − v1·lr·g", `with g = ∂loss/∂w, ${all}`]);
});

test("parameters that are trained in another way have a rule of their own", () => {
  const lines = updatesWith({ optimizer: optim.sgd(), freeze: ["h.*"] });
  expect(lines).toEqual(["w ← w − lr·g", "with g = ∂loss/∂w, for each w of W_out, b_out"]);
});

test("the letters of a rule are not those of other values of the page", () => {
  expect(updatesWith({ optimizer: optim.adam() }, definition("v", "g"))).toEqual([
    "m ← 0.9·m + 0.1·g_w",
    "v_w ← 0.999·v_w + 0.001·g_w²",
    "w ← w − (lr·(m/(1 − 0.9^t))) / (√(v_w/(1 − 0.999^t)) + 1e-8)",
    "with g_w = ∂loss/∂w, t = 1, 2, 3 …, for each w of W_v, b_v, W_g, b_g",
  ]);
  expect(updatesWith({ optimizer: optim.sgd() }, definition("w"))).toEqual([
    "θ ← θ − lr·g",
    "with g = ∂loss/∂θ, for each θ of W_w, b_w, W_out, b_out",
  ]);
});

test("a parameter that is a number has the rule of the others", () => {
  const numbered = define({ x: f32("batch", 3), y: f32("batch", 1) }, ({ x, y }) => {
    const out = ops.mul(parameter([], { init: "ones", name: "scale" }), nn.linear(x, 1, { name: "out" }));
    return { outputs: { out }, loss: losses.mse(out, y) };
  });
  expect(updatesWith({ optimizer: optim.sgd() }, numbered)).toEqual(["w ← w − lr·g", expect.stringContaining("scale")]);
});

test("each game has the rule of its own loss, and counts its own steps", () => {
  const games = define({ x: f32("batch", 3), y: f32("batch", 1) }, ({ x, y }) => {
    const [first, second] = [nn.linear(x, 1, { name: "first" }), nn.linear(x, 1, { name: "second" })];
    return {
      outputs: { first },
      games: { a: { loss: losses.mse(first, y), parameters: "first.*" }, b: { loss: losses.mse(second, first), parameters: "second.weight" } },
    };
  });
  expect(updatesWith({ optimizer: optim.adam() }, games).filter((line) => line.startsWith("with"))).toEqual([
    "with g = ∂a/∂w, t_a = 1, 2, 3 …, for each w of W_first, b_first",
    "with g = ∂b/∂w, t_b = 1, 2, 3 …, for each w of W_second",
  ]);
});
