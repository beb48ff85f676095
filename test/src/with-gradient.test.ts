import { describe, expect, it } from "vitest";
import { parseProgram } from "../../compiler/ir/parse.ts";
import { printProgram } from "../../compiler/ir/print.ts";
import { createGraph } from "../../compiler/ops/table.ts";
import { load } from "../../runtime/index.ts";
import { compile, formulas } from "../../src/compile.ts";
import { declare } from "../../src/declare.ts";
import { program } from "../../src/entries.ts";
import { f32, gradient, i32, losses, model, nn, ops, parameter, stopGradient, type Tensor, withGradient } from "../../src/index.ts";
import type { Comparison } from "../../src/verify/comparison.ts";
import { verify } from "../../src/verify/verify.ts";
import { define, outputOf, parsers, source } from "./running.ts";

const xs = [-2, -0.3, 0, 0.5, 3];
const run = (body: (x: Tensor) => Tensor): number[] => outputOf({ x: f32(5) }, { x: source(xs) }, ({ x }) => body(x));
const slope = (f: (x: Tensor) => Tensor) => run((x) => gradient(ops.sum(f(x)), [x])[0] as Tensor);

const straight = withGradient(
  (x: Tensor) => ops.round(x),
  (delta) => delta,
);
const tanh = withGradient(
  (x: Tensor) => ops.tanh(x),
  (delta, _, y) => ops.mul(delta, ops.sub(1, ops.square(y))),
);

describe("withGradient", () => {
  it("has the values of the function and the gradient that it is given", () => {
    expect(run(straight)).toEqual([-2, -0, 0, 0, 3]);
    expect(slope(straight)).toEqual([1, 1, 1, 1, 1]);
    expect(slope((x) => ops.mul(straight(ops.mul(x, 2)), x))).toEqual(run((x) => ops.add(ops.round(ops.mul(x, 2)), ops.mul(2, x))));
    const reversed = withGradient(
      (x: Tensor) => x,
      (delta) => ops.neg(delta),
    );
    expect(slope((x) => ops.mul(3, reversed(x)))).toEqual([-3, -3, -3, -3, -3]);
  });

  it("need not be linear in what it is given", () => {
    const clipped = withGradient(
      (x: Tensor) => x,
      (delta) => ops.clamp(delta, -1, 1),
    );
    expect(slope((x) => ops.square(clipped(x)))).toEqual(run((x) => ops.clamp(ops.mul(2, x), -1, 1)));
  });

  it("has a gradient for each input, null for those that have none", () => {
    const product = withGradient(
      (a: Tensor, b: Tensor, index: Tensor) => ops.mul(ops.mul(a, b), ops.cast(index, "f32")),
      (delta, [a]) => [null, ops.mul(delta, a), null],
    );
    const of = (which: "a" | "b") =>
      outputOf(
        { a: f32(2), b: f32(2), i: i32(2) },
        { a: source([2, 3]), b: source([5, 7]), i: { dtype: "i32", shape: [2], data: [1, 1] } },
        (given) => {
          const [d] = gradient(ops.sum(ops.add(product(given.a, given.b, given.i), given.a)), [given[which]]);
          return d as Tensor;
        },
      );
    expect([of("a"), of("b")]).toEqual([
      [1, 1],
      [2, 3],
    ]);
  });

  it("is differentiated again, by the gradient that it is given", () => {
    const second = (f: (x: Tensor) => Tensor) => slope((x) => ops.square(gradient(ops.sum(f(x)), [x])[0] as Tensor));
    const own = second(tanh);
    for (const [i, expected] of second(ops.tanh).entries()) expect(own[i]).toBeCloseTo(expected, 12);
    // The third derivative of x³ / 6, of which only the first is said: x²/2.
    const cube = withGradient(
      (x: Tensor) => ops.div(ops.mul(x, ops.square(x)), 6),
      (delta, [x]) => ops.mul(delta, ops.div(ops.square(x), 2)),
    );
    const once = (f: (x: Tensor) => Tensor) => (x: Tensor) => gradient(ops.sum(f(x)), [x])[0] as Tensor;
    expect(run(once(once(once(cube))))).toEqual([1, 1, 1, 1, 1]);
  });

  it("stands in loops, and in functions with gradients of their own", () => {
    const rounded = (x: Tensor) =>
      ops.scan(({ carry: { h } }) => ({ carry: { h: straight(ops.mul(h, 1.5)) } }), { carry: { h: x }, length: 3 }).carry.h;
    expect(slope(rounded)).toEqual(xs.map(() => 1.5 ** 3));
    const twice = withGradient(
      (x: Tensor) => tanh(straight(x)),
      (delta, [x]) => ops.mul(delta, tanh(x)),
    );
    const [own, expected] = [slope(twice), run((x) => ops.tanh(x))];
    expect(own).toEqual(expected);
  });

  it("is read back from a module's text with its gradient", () => {
    const whole = program(
      declare(
        model("net", { x: f32("batch", 2) }, ({ x }) => ({ outputs: { x }, loss: ops.mean(tanh(nn.linear(x, 2))) })),
        parsers,
      ),
    );
    expect(printProgram(parseProgram(printProgram(whole), createGraph()))).toBe(printProgram(whole));
    expect(printProgram(whole)).toMatch(/withGradient\[slot=\d+\]\(%\d+, %\d+\)\{%\d+\}/);
  });
});

const net = (hidden: (x: Tensor) => Tensor) =>
  model("net", { x: f32("batch", 3), y: f32("batch", 1) }, ({ x, y }) => {
    const out = nn.linear(hidden(nn.linear(x, 4, { name: "first" })), 1, { name: "out" });
    return { outputs: { out }, loss: losses.mse(out, y) };
  });

describe("a net with a gradient of the user's", () => {
  it("is trained by it, with the bits of a net that derives the same", async () => {
    const inputs = { x: [1, 2, 3, -1, 0.5, 0.25], y: [1, -1] };
    const same = withGradient(
      (x: Tensor) => ops.mul(x, 3),
      (delta) => ops.mul(delta, 3),
    );
    const gradients = async (hidden: (x: Tensor) => Tensor) => (await load(await compile(net(hidden)))).gradients(inputs);
    expect(await gradients(same)).toEqual(await gradients((x) => ops.mul(x, 3)));
  });

  it("shows it in its formulas", async () => {
    const { gradients, forward } = await formulas(
      net(
        withGradient(
          (x: Tensor) => ops.round(x),
          (delta) => ops.mul(delta, 7),
        ),
      ),
    );
    expect(Object.values(forward).join("\n")).toContain("round(first)");
    expect(gradients["first.weight"]).toContain("δ_first = 7·δ_out·W_outᵀ");
  });

  const kinds = (comparisons: readonly Comparison[]) =>
    comparisons
      .filter(({ kind }) => kind === "own" || kind === "derivative")
      .map(({ name, error, tolerance, isFlat }) => `${name} ${error <= tolerance ? "ok" : isFlat ? "flat" : "off"}`);

  it("is checked: its gradient against its function, and where that differs, the rest without it", async () => {
    const all = ["first.weight ok", "first.bias ok", "out.weight ok", "out.bias ok"];
    expect(kinds(await verify(net(tanh)))).toEqual(["∂value/∂first ok", ...all]);
    expect(kinds(await verify(net(straight)))).toEqual(["∂value/∂first flat", "out.weight ok", "out.bias ok"]);
    const wrong = withGradient(
      (x: Tensor) => ops.tanh(x),
      (delta) => delta,
    );
    expect(kinds(await verify(net(wrong)))).toEqual(["∂value/∂first off", ...all]);
    const mixed = await verify(net((x) => wrong(tanh(straight(x)))));
    expect(kinds(mixed)).toEqual(["∂value/∂first flat", "∂value/∂input 1 ok", "∂value/∂input 1 off", "out.weight ok", "out.bias ok"]);
  });

  it("is checked in the steps of loops, in loops within them too", async () => {
    const looped = (f: (x: Tensor) => Tensor, g: (x: Tensor) => Tensor) =>
      model("looped", { x: f32("batch", 3, 2) }, ({ x }) => {
        const cell = nn.linear(2, { name: "cell" });
        const { carry, outputs } = ops.scan(
          ({ carry: { h }, inputs: { x } }) => {
            const inner = ops.scan(({ carry: { u } }) => ({ carry: { u: g(ops.add(u, stopGradient(h))) } }), { carry: { u: x }, length: 2 });
            const next = f(cell(ops.add(h, inner.carry.u)));
            return { carry: { h: next }, outputs: { seen: f(ops.mul(next, 0.5)) } };
          },
          { carry: { h: ops.mean(x, { dim: 1 }) }, inputs: { x } },
        );
        return { outputs, loss: ops.add(ops.mean(carry.h), ops.mean(outputs.seen)) };
      });
    const all = ["cell.weight ok", "cell.bias ok"];
    const wrong = withGradient(
      (x: Tensor) => ops.tanh(x),
      (delta) => delta,
    );
    expect(new Set(kinds(await verify(looped(tanh, tanh))))).toEqual(new Set(["∂value/∂cell ok", "∂value/∂input 1 ok", ...all]));
    const [inner, ...outer] = kinds(await verify(looped(tanh, wrong)));
    expect([inner, ...new Set(outer)]).toEqual(["∂value/∂input 1 off", "∂value/∂cell ok", "∂value/∂input 1 ok", ...all]);
    expect(new Set(kinds(await verify(looped(straight, tanh)))).has("∂value/∂cell flat")).toBe(true);
  });
});

describe("mistakes with gradients", () => {
  const applied = (body: (x: Tensor) => Tensor) => () => define({ x: f32(3) }, ({ x }) => ({ outputs: { y: body(x) } }));
  const identity = (x: Tensor) => x;

  it.each<[string, (x: Tensor) => Tensor, string]>([
    ["too many", withGradient(identity, (delta) => [delta, delta]), "g gives 2 gradients for 1 input"],
    [
      "too few",
      (x) =>
        withGradient(
          (a: Tensor, b: Tensor) => ops.add(a, b),
          (delta) => delta,
        )(x, x),
      "g gives 1 gradient for 2 inputs",
    ],
    ["none at all", withGradient(identity, (() => undefined) as never), "g gives undefined for 1 input"],
    ["another shape", withGradient(identity, (delta) => ops.sum(delta)), "the gradient by input 1\n  got       []\n  expected  [3]"],
    [
      "a whole number's",
      (x) =>
        withGradient(
          (a: Tensor) => ops.mul(a, 2),
          (delta) => delta,
        )(ops.cast(x, "i32")),
      "input 1 is i32",
    ],
    ["of a parameter that is no input", (x) => withGradient((a: Tensor) => ops.mul(a, parameter([3], { name: "w" })), identity)(x), 'depends on "w"'],
    [
      "whose gradient is used elsewhere",
      (x) => {
        let kept: Tensor = x;
        withGradient(identity, (delta) => {
          kept = delta;
          return delta;
        })(x);
        return ops.add(kept, x);
      },
      "used outside of g",
    ],
  ])("%s", (_, body, message) => {
    expect(applied(body)).toThrowError(expect.objectContaining({ message: expect.stringContaining(message) }));
  });

  it("take a parameter as a constant by stopGradient", () => {
    const body = (x: Tensor) =>
      withGradient(
        (a: Tensor) => ops.mul(a, stopGradient(parameter([3], { name: "w" }))),
        (delta) => delta,
      )(x);
    expect(applied(body)).not.toThrow();
  });
});
