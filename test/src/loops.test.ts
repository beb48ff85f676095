// What a loop costs, and that it is what its steps written out are.
import { describe, expect, it } from "vitest";
import { load } from "../../runtime/index.ts";
import { compile, formulas } from "../../src/compile.ts";
import { f32, gradient, losses, model, nn, ops, optim, parameter, type Tensor } from "../../src/index.ts";
import { interpret } from "../../src/interpret.ts";

const width = 3;

/** A recurrent network over `steps`, its loop left to the compiler or written out. */
const recurrent = (steps: number, isLoop: boolean, loss: (h: Tensor, y: Tensor, u: Tensor) => Tensor = (h, y) => losses.mse(h, y)) =>
  model("recurrent", { x: f32("batch", steps, 2), y: f32("batch", width) }, ({ x, y }) => {
    const w = parameter([2, width], { name: "w" });
    const u = parameter([width, width], { name: "u" });
    const next = (x: Tensor, h: Tensor | number) => ops.tanh(ops.add(ops.matmul(x, w), typeof h === "number" ? h : ops.matmul(h, u)));
    const start = ops.mul(y, 0.5);
    if (isLoop) {
      const { carry } = ops.scan(({ carry: { h }, inputs: { x } }) => ({ carry: { h: next(x, h) } }), { carry: { h: start }, inputs: { x } });
      return { outputs: { h: carry.h }, loss: loss(carry.h, y, u) };
    }
    let h = start;
    for (let t = 0; t < steps; t++) h = next(ops.reshape(ops.slice(x, [0, t, 0], ["batch", 1, 2]), ["batch", 2]), h);
    return { outputs: { h }, loss: loss(h, y, u) };
  });

const numbers = (count: number, seed: number) => Float32Array.from({ length: count }, (_, i) => Math.sin(seed + 1.3 * i));
const parameters = { w: numbers(2 * width, 1), u: numbers(width * width, 2) };
const rowsOf = (steps: number, rows: number) => ({ x: numbers(rows * steps * 2, 3), y: numbers(rows * width, 4) });

const options = { batch: 8, optimizer: optim.sgd({ lr: 0.1 }) };

describe("a loop", () => {
  it("takes as many kernels for 8 steps as for 512, and as much code once sums over steps are long", async () => {
    const [short, long, longer] = await Promise.all([8, 256, 512].map((steps) => compile(recurrent(steps, true), options)));
    expect(longer?.kernels.length).toBe(short?.kernels.length);
    expect((longer?.wasm.length as number) - (long?.wasm.length as number)).toBeLessThan(64);
  });

  it("gives what its steps written out give, with gradients, and the product of the Hessian with a vector", async () => {
    const product = (h: Tensor, y: Tensor, u: Tensor): Tensor => {
      const [first] = gradient(losses.mse(h, y), [u]) as [Tensor];
      return ops.sum(ops.mul(first, first));
    };
    for (const loss of [undefined, product]) {
      const looped = await interpret(recurrent(5, true, loss), rowsOf(5, 4), { parameters });
      const written = await interpret(recurrent(5, false, loss), rowsOf(5, 4), { parameters });
      expect(looped.loss).toBeCloseTo(written.loss as number, 12);
      for (const name of ["w", "u"]) {
        const wanted = written.gradients.get(name) as Float64Array;
        for (const [i, value] of (looped.gradients.get(name) as Float64Array).entries()) expect(value).toBeCloseTo(wanted[i] as number, 12);
      }
    }
  });

  it("takes more rows than the capacity in parts, in modules too", async () => {
    const module = await compile(recurrent(5, true), { batch: 2, optimizer: optim.sgd({ lr: 0.1 }) });
    const net = await load(module);
    for (const [name, data] of Object.entries(parameters)) net.write(name, data);
    const inputs = rowsOf(5, 5);
    const wanted = await interpret(recurrent(5, true), inputs, { parameters });
    const { h } = net.predict(inputs) as { h: Float32Array };
    for (const [i, value] of h.entries()) expect(value).toBeCloseTo(wanted.outputs.get("h")?.[i] as number, 5);
    expect(net.evaluate(inputs).loss).toBeCloseTo(wanted.loss as number, 5);
  });

  it("whose steps mix rows takes no more rows than the capacity", async () => {
    const sums = model("sums", { x: f32("batch", 3) }, ({ x }) => {
      const { carry } = ops.scan(({ carry: { s }, inputs: { x } }) => ({ carry: { s: ops.add(ops.mul(s, 2), ops.sum(x)) } }), {
        ...{ carry: { s: 0 }, inputs: { x } },
      });
      return { outputs: { x }, loss: ops.add(carry.s, ops.sum(x)) };
    });
    const net = await load(await compile(sums, { batch: 2 }));
    expect(net.evaluate({ x: [1, 2, 3, 4, 5, 6] }).loss).toBe(4 * 5 + 2 * 7 + 9 + 21);
    expect(() => net.evaluate({ x: numbers(9, 1) })).toThrow(/capacity|rows/);
  });

  it("is written as a recurrence, and its gradient as a sum over the steps", async () => {
    const { forward, gradients } = await formulas(recurrent(5, true));
    expect(forward.h).toBe("h = h_T\n  where h_t = tanh(x_t·w + h_{t−1}·u)\n        h_0 = 0.5·y");
    expect(gradients.u?.split("\n").slice(0, 5)).toEqual([
      "∂loss/∂u = Σ_t h_{t−1}ᵀ·δ_w_t",
      "  where δ_w_t = ε_{t+1} ⊙ (1 − h_t²)",
      "        h_t = tanh(x_t·w + h_{t−1}·u)",
      "        h_0 = 0.5·y",
      "        ε_t = δ_w_t·uᵀ",
    ]);
  });

  it("keeps the loops apart that are derived from it: those of a gradient in the loss, and of that gradient's own", async () => {
    const product = (h: Tensor, y: Tensor, u: Tensor): Tensor => {
      const [first] = gradient(losses.mse(h, y), [u]) as [Tensor];
      return ops.sum(ops.mul(first, first));
    };
    const { forward, gradients } = await formulas(recurrent(5, true, product));
    expect(forward.loss).toContain("ε_t = ");
    expect(forward.loss).not.toContain("ε′");
    for (const name of ["ε_t", "ε′_t", "ε′′_t"]) expect(gradients.u?.split(`${name} = `)).toHaveLength(2);
  });

  it("writes the gates of a cell as parts of one sum", async () => {
    const { forward } = await formulas(
      model("gates", { x: f32("batch", 4, 2), y: f32("batch", 3) }, ({ x, y }) => {
        const h = ops.reshape(nn.gru(x, 3, { name: "rec" }).hn, ["batch", 3]);
        return { outputs: { h }, loss: losses.mse(h, y) };
      }),
    );
    expect(forward["rec.h"]).toContain("rec_h_t = (1 − rec_z_t) ⊙ rec_n_t");
    expect(forward["rec.z"]).toContain("sigmoid(x_t·W_z_rec + b_z_rec + rec_h_{t−1}·U_z_rec + c_z_rec)");
  });
});
