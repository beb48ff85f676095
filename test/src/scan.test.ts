import { describe, expect, it } from "vitest";
import { f32, gradient, losses, model, nn, ops, parameter, state, stopGradient, type Tensor, update } from "../../src/index.ts";
import { interpret } from "../../src/interpret.ts";
import { verify } from "../../src/verify/verify.ts";
import { define, outputOf, source } from "./running.ts";

const run = (data: readonly number[], shape: readonly number[], body: (x: Tensor) => Tensor): number[] =>
  outputOf({ x: f32(...shape) }, { x: source(data, shape) }, ({ x }) => body(x));

/** Sums of the elements up to each one. */
const sums = (x: Tensor, reverse = false): Tensor =>
  ops.scan(
    ({ carry: { total }, inputs: { x } }) => {
      const next = ops.add(total, x);
      return { carry: { total: next }, outputs: { total: next } };
    },
    { carry: { total: 0 }, inputs: { x }, reverse },
  ).outputs.total;

describe("ops.scan", () => {
  it("hands its carry from step to step, from either end", () => {
    expect(run([1, 2, 3, 4], [4], (x) => sums(x))).toEqual([1, 3, 6, 10]);
    expect(run([1, 2, 3, 4], [4], (x) => sums(x, true))).toEqual([10, 9, 7, 4]);
    const last = (x: Tensor) => ops.scan(({ carry: { h } }) => ({ carry: { h: ops.mul(h, 2) } }), { carry: { h: x }, length: 5 }).carry.h;
    expect(run([1, 3], [2], last)).toEqual([32, 96]);
  });

  it("runs along axis 1 of batches, axis 0 of others, or along dim, and stacks there", () => {
    const outputs = (shape: readonly (number | "batch")[], dim?: number) => {
      const { outputs } = define({ x: { dtype: "f32", shape } }, ({ x }) => {
        const options = { carry: { n: 0 }, inputs: { x }, ...(dim === undefined ? {} : { dim }) };
        return {
          outputs: {
            y: ops.scan(({ carry: { n }, inputs: { x } }) => ({ carry: { n: ops.add(n, 1) }, outputs: { y: ops.mul(x, n) } }), options).outputs.y,
          },
        };
      });
      return outputs.y?.shape;
    };
    expect(outputs(["batch", 5, 2])).toEqual(["batch", 5, 2]);
    expect(outputs([4, 5, 2])).toEqual([4, 5, 2]);
    expect(outputs(["batch", 3, 5], 2)).toEqual(["batch", 3, 5]);
    expect(outputs([4, 5], -1)).toEqual([4, 5]);
  });

  it("takes several carries and sequences: Euler steps of an oscillator that is pushed", () => {
    const push = [0.5, -1, 0.25, 2];
    let [q, v] = [1, 0];
    for (const f of push) [q, v] = [q + 0.1 * v, v + 0.1 * (f - q)];
    const body = (x: Tensor) => {
      const { carry } = ops.scan(
        ({ carry: { q, v }, inputs: { f } }) => ({ carry: { q: ops.add(q, ops.mul(0.1, v)), v: ops.add(v, ops.mul(0.1, ops.sub(f, q))) } }),
        { carry: { q: 1, v: 0 }, inputs: { f: x } },
      );
      return ops.stack([carry.q, carry.v]);
    };
    const got = run(push, [4], body);
    expect(got[0]).toBeCloseTo(q, 6);
    expect(got[1]).toBeCloseTo(v, 6);
  });

  it("calls its body once: layers made there are shared by all steps", () => {
    let calls = 0;
    const made = define({ x: f32("batch", 6, 3) }, ({ x }) => {
      const { carry } = ops.scan(
        ({ carry: { h }, inputs: { x } }) => {
          calls++;
          return { carry: { h: nn.tanh(ops.add(nn.linear(x, 4, { name: "in" }), nn.linear(h, 4, { name: "back", bias: false }))) } };
        },
        { carry: { h: ops.mul(nn.linear(ops.mean(x, { dim: 1 }), 4, { name: "start" }), 0) }, inputs: { x } },
      );
      return { outputs: { h: carry.h } };
    });
    expect(calls).toBe(1);
    const names = [...made.graph.declarations.values()].filter(({ role }) => role === "parameter").map(({ name }) => name);
    expect(names).toEqual(["start.weight", "start.bias", "in.weight", "in.bias", "back.weight"]);
  });

  it("draws random numbers anew in each step", async () => {
    const net = model("drops", { x: f32("batch", 3, 64) }, ({ x }) => {
      const { outputs } = ops.scan(({ carry: { n }, inputs: { x } }) => ({ carry: { n: ops.add(n, 1) }, outputs: { y: nn.dropout(x, 0.5) } }), {
        carry: { n: 0 },
        inputs: { x },
      });
      return { outputs, loss: ops.mean(outputs.y) };
    });
    const x = Array.from({ length: 3 * 64 }, () => 1);
    const { outputs } = await interpret(net, { x }, { parameters: {}, train: true });
    const rows = [0, 1, 2].map((step) =>
      Array.from(outputs.get("y") ?? [])
        .slice(64 * step, 64 * step + 64)
        .join(),
    );
    expect(new Set(rows).size).toBe(3);
  });

  it("has the gradient of the loop written out, and of a loop in a loop", async () => {
    const net = model("rnn", { x: f32("batch", 4, 2), y: f32("batch", 3) }, ({ x, y }) => {
      const [w, u] = [parameter([2, 3], { name: "w" }), parameter([3, 3], { name: "u" })];
      const start = ops.mul(ops.matmul(ops.reshape(ops.slice(x, [0, 0, 0], ["batch", 1, 2]), ["batch", 2]), w), 0);
      const { carry, outputs } = ops.scan(
        ({ carry: { h }, inputs: { x } }) => {
          const twice = ops.scan(({ carry: { h } }) => ({ carry: { h: ops.tanh(ops.matmul(h, u)) } }), { carry: { h }, length: 2 });
          const next = ops.tanh(ops.add(ops.matmul(x, w), twice.carry.h));
          return { carry: { h: next }, outputs: { h: next } };
        },
        { carry: { h: start }, inputs: { x } },
      );
      return { outputs, loss: losses.mse(carry.h, y) };
    });
    const comparisons = await verify(net);
    expect(comparisons.filter(({ kind }) => kind === "derivative").map(({ name }) => name)).toEqual(["w", "u"]);
    expect(comparisons.filter(({ error, tolerance }) => error > tolerance)).toEqual([]);
  });

  it("begins loops that are in one another, and goes on, with the same value from outside", async () => {
    const net = model("starts", { x: f32("batch", 4, 3) }, ({ x }) => {
      const w = parameter([3, 3], { name: "w" });
      const start = ops.matmul(ops.mean(x, { dim: 1 }), w);
      const kept = ops.scan(({ inputs: { x } }) => ({ carry: { h: w }, outputs: { y: ops.matmul(x, w) } }), { carry: { h: w }, inputs: { x } });
      const nested = ops.scan(
        ({ carry: { h }, inputs: { x } }) => {
          const inner = ops.scan(({ carry: { g } }) => ({ carry: { g: ops.tanh(ops.add(ops.matmul(g, w), h)) } }), {
            carry: { g: start },
            length: 2,
          });
          return { carry: { h: ops.add(inner.carry.g, x) } };
        },
        { carry: { h: start }, inputs: { x } },
      );
      // The gradient by h is 0 in each step, as is what the gradient by g begins with.
      const stopped = ops.scan(
        ({ carry: { h, g }, inputs: { x } }) => {
          const next = ops.mul(stopGradient(ops.tanh(ops.add(h, x))), ops.tanh(g));
          return { carry: { h: next, g: next } };
        },
        { carry: { h: start, g: ops.mul(start, 2) }, inputs: { x } },
      );
      const outputs = { kept: ops.matmul(nested.carry.h, kept.carry.h), y: kept.outputs.y, stopped: stopped.carry.h };
      return { outputs, loss: ops.mean(ops.add(ops.sum(ops.mul(outputs.y, outputs.y), { dim: 1 }), ops.mul(outputs.kept, outputs.stopped))) };
    });
    expect((await verify(net)).filter(({ error, tolerance }) => error > tolerance)).toEqual([]);
  });

  it("takes what another loop gives from outside: an encoder and a decoder", async () => {
    const net = model("translate", { x: f32("batch", 4, 3), y: f32("batch", 2, 3) }, ({ x, y }) => {
      const w = parameter([3, 3], { name: "w" });
      const options = { carry: { h: ops.mean(x, { dim: 1 }) }, inputs: { x } };
      const { h: context } = ops.scan(({ carry: { h }, inputs: { x } }) => ({ carry: { h: ops.tanh(ops.add(ops.matmul(h, w), x)) } }), options).carry;
      const { outputs } = ops.scan(
        ({ carry: { h }, inputs: { y } }) => ({ carry: { h: ops.tanh(ops.add(ops.mul(h, context), y)) }, outputs: { h: ops.mul(h, y) } }),
        { carry: { h: context }, inputs: { y } },
      );
      return { outputs, loss: losses.mse(outputs.h, y) };
    });
    expect((await verify(net)).filter(({ error, tolerance }) => error > tolerance)).toEqual([]);
  });

  it("tells a row of a buffer from another buffer that another entry point has at the first row's place", async () => {
    const net = model("places", { x: f32("batch", 4, 3) }, ({ x }) => {
      const w = parameter([3, 3], { name: "w" });
      const add = { carry: { h: ops.mean(x, { dim: 1 }) }, inputs: { x } };
      const { h: sum } = ops.scan(({ carry: { h }, inputs: { x } }) => ({ carry: { h: ops.add(h, ops.matmul(x, w)) } }), add).carry;
      const { outputs } = ops.scan(({ carry: { h }, inputs: { x } }) => ({ carry: { h: ops.tanh(ops.add(ops.mul(h, sum), x)) }, outputs: { h } }), {
        carry: { h: sum },
        inputs: { x: ops.broadcast(ops.reshape(sum, ["batch", 1, 3]), ["batch", 2, 3]) },
      });
      return { outputs, loss: ops.mean(ops.mul(outputs.h, outputs.h)) };
    });
    expect((await verify(net)).filter(({ error, tolerance }) => error > tolerance)).toEqual([]);
  });

  it("stops gradients in its steps and those of loops in it, which verify holds still", async () => {
    const net = model("stopped", { x: f32("batch", 4, 2) }, ({ x }) => {
      const w = parameter([2, 2], { name: "w" });
      const { carry, outputs } = ops.scan(
        ({ carry: { h }, inputs: { x } }) => {
          const inner = ops.scan(({ carry: { h } }) => ({ carry: { h: ops.tanh(ops.mul(ops.matmul(h, w), stopGradient(ops.matmul(h, w)))) } }), {
            ...{ carry: { h: ops.add(h, x) }, length: 2 },
          });
          return { carry: { h: inner.carry.h }, outputs: { y: ops.mul(x, stopGradient(ops.matmul(h, w))), h } };
        },
        { carry: { h: ops.mean(x, { dim: 1 }) }, inputs: { x }, reverse: true },
      );
      return { outputs, loss: ops.mean(ops.add(ops.sum(ops.mul(outputs.y, outputs.h), { dim: 1 }), carry.h)) };
    });
    const comparisons = await verify(net);
    expect(comparisons.filter(({ kind }) => kind === "derivative")).toHaveLength(1);
    expect(comparisons.filter(({ error, tolerance }) => error > tolerance)).toEqual([]);
  });

  it("has gradients of one step in its body, which take what is handed on as given", () => {
    const slopes = (x: Tensor) => {
      const body = ({ carry: { h } }: { carry: { h: Tensor } }) => {
        const next = ops.mul(h, x);
        return { carry: { h: next }, outputs: { slope: gradient(ops.sum(next), [x])[0] as Tensor } };
      };
      return ops.scan(body, { carry: { h: ops.add(ops.mul(x, 0), 1) }, length: 3 }).outputs.slope;
    };
    // Not 1, 2·x, 3·x².
    expect(run([2], [1], slopes)).toEqual([1, 2, 4]);
  });

  it("standardizes by a layer that was applied outside, and by no value of one step", () => {
    const body = (scale: (x: Tensor) => Tensor) => (x: Tensor) =>
      ops.scan(({ carry: { h }, inputs: { x } }) => ({ carry: { h: ops.add(h, scale(x)) } }), {
        carry: { h: ops.sum(x, { dim: 0 }) },
        inputs: { x: scale(x) },
      }).carry.h;
    expect(() => run([1, 2, 3, 4], [2, 2], (x) => ops.sum(body((part) => nn.standardize(part))(x)))).toThrowError(
      expect.objectContaining({ code: "scan-body", help: expect.stringContaining("standardize what goes into the loop") }),
    );
    const scale = nn.standardize({ name: "scale" });
    expect(define({ x: f32(2, 2) }, ({ x }) => ({ outputs: { y: body(scale)(x) } })).outputs.y?.shape).toEqual([2]);
  });

  it("can be differentiated twice", () => {
    const cube = (x: Tensor) => ops.scan(({ carry: { h } }) => ({ carry: { h: ops.mul(h, x) } }), { carry: { h: ops.mul(x, 1) }, length: 2 }).carry.h;
    const second = (x: Tensor) => {
      const [first] = gradient(ops.sum(cube(x)), [x]);
      return gradient(ops.sum(first as Tensor), [x])[0] as Tensor;
    };
    expect(run([1, 2, -3], [3], second)).toEqual([6, 12, -18]);
  });

  it("refuses bodies that are none, and what changes its shape", () => {
    const scanned = (body: unknown, options: unknown) => () =>
      run([1, 2], [2], (x) => ops.scan(body as never, (options as (x: Tensor) => never)(x)).carry.h as Tensor);
    const h = { carry: { h: 0 }, length: 2 };
    expect(
      scanned(
        () => ({}),
        () => h,
      ),
    ).toThrowError(/returns undefined as carry/);
    expect(
      scanned(
        () => ({ carry: { h: 1, g: 2 } }),
        () => h,
      ),
    ).toThrowError(/a next "g", which nothing starts/);
    expect(scanned(undefined, () => h)).toThrowError(/its body is undefined/);
    expect(
      scanned(
        () => ({ carry: { h: 1 } }),
        () => ({ carry: { h: 0 } }),
      ),
    ).toThrowError(/"length"/);
    expect(
      scanned(
        () => ({ carry: { h: 1 } }),
        (x: Tensor) => ({ ...h, length: 3, inputs: { x } }),
      ),
    ).toThrowError(/3 steps along the axis/);
    expect(
      scanned(
        ({ inputs }: { inputs: { x: Tensor } }) => ({ carry: { h: inputs.x } }),
        (x: Tensor) => ({ carry: { h: x }, inputs: { x } }),
      ),
    ).toThrowError(/the next "h"/);
    const counts = () => {
      const n = state("n", [], 0);
      const body = ({ carry }: { carry: { h: Tensor } }) => {
        update(n, carry.h);
        return { carry: { h: ops.add(carry.h, 1) } };
      };
      return ops.scan(body, h).carry.h;
    };
    expect(() => run([1], [1], counts)).toThrowError(/updates a state/);
  });
});
