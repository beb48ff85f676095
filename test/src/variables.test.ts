import { describe, expect, it } from "vitest";
import { interpret } from "../../src/compile.ts";
import { declare } from "../../src/declare.ts";
import { program } from "../../src/entries.ts";
import { constant, f32, gradient, i32, model, ops, parameter, state, stopGradient, type Tensor, update } from "../../src/index.ts";
import { at } from "../../src/scope.ts";
import { assigned, define, elementsOf, initialise, outputOf, parsers, run, site, source, variableIn } from "./running.ts";

describe("states", () => {
  it("give the assigned value to later reads in the same run that trains, else what is stored", () => {
    const declared = define({ x: f32(1) }, ({ x }) => {
      const seen = state("seen", [1], 10);
      const before = ops.mul(seen, 1);
      update(seen, ops.add(seen, x));
      return { outputs: { before, after: ops.mul(seen, 1) } };
    });
    const sources = { x: source([5]), seen: source([10]) };
    const reads = (training: boolean) =>
      [declared.outputs.before, declared.outputs.after].map((node) => elementsOf(node as Tensor, sources, { training }));
    expect([reads(true), reads(false)]).toEqual([
      [[10], [15]],
      [[10], [10]],
    ]);
  });

  it("are assigned by a step and by nothing else", () => {
    const declared = define({ x: f32(1) }, ({ x }) => {
      const seen = state("seen", [], "zeros");
      update(seen, ops.add(seen, 1));
      const w = parameter([1], { init: 2 });
      return { outputs: { y: ops.mul(w, x) }, loss: ops.sum(ops.mul(w, x)) };
    });
    const built = program(declared, { optimizer: { name: "none", hyper: { lr: 0 }, next: ({ w }) => w } });
    expect(
      built.entries
        .filter(({ updates }) => updates.some(({ target }) => (target.params as { name: string }).name === "seen"))
        .map(({ name }) => name),
    ).toEqual(["init", "step"]);
    const first = run(built, "step", initialise(built), { x: source([1]) });
    const second = run(built, "step", first.memory, { x: source([1]) });
    expect(variableIn(second.memory, "seen")).toEqual([2]);
  });
});

describe("gradient and stopGradient", () => {
  it("can be differentiated again", () => {
    // d/dx of (d/dx x³)² = 2 · 3x² · 6x
    const twice = outputOf({ x: f32() }, { x: source([2], []) }, ({ x }) => {
      const [slope] = gradient(ops.pow(x, 3), [x]) as [Tensor];
      return gradient(ops.square(slope), [x])[0] as Tensor;
    });
    expect(twice[0]).toBeCloseTo(288, 10);
  });

  it("stop at the barrier, and refuse what is not reached", () => {
    expect(outputOf({ x: f32() }, { x: source([3], []) }, ({ x }) => gradient(ops.mul(stopGradient(x), x), [x])[0] as Tensor)).toEqual([3]);
    const unreached = () =>
      define({ x: f32() }, ({ x }) => {
        const q = parameter([], { name: "q" });
        return { outputs: { y: gradient(ops.mul(x, 2), [q])[0] as Tensor } };
      });
    expect(unreached).toThrowError(/respect to "q": the result/);
    expect(() => define({ x: f32() }, ({ x }) => ({ outputs: { y: gradient(ops.mul(stopGradient(x), 2), [x])[0] as Tensor } }))).toThrowError(
      expect.objectContaining({ code: "no-gradient" }),
    );
  });
});

describe("constants", () => {
  it("are flat or nested data of one shape", () => {
    expect(
      outputOf({}, {}, () =>
        constant([
          [1, 2],
          [3, 4],
        ]),
      ),
    ).toEqual([1, 2, 3, 4]);
    expect(outputOf({}, {}, () => constant(new Float32Array([1, 2]), [2, 1]))).toEqual([1, 2]);
    expect(define({}, () => ({ outputs: { y: constant(new Int32Array([1, 2])) } })).outputs.y?.dtype).toBe("i32");
    expect(() => outputOf({}, {}, () => constant([[1, 2], [3]]))).toThrowError(/rows of equal length/);
    expect(() => outputOf({}, {}, () => constant([1, 2], [3]))).toThrowError(expect.objectContaining({ code: "shape-mismatch" }));
  });
});

describe("models", () => {
  const refused = (code: string, declare: () => unknown) => expect(declare).toThrowError(expect.objectContaining({ code }));

  it("have names, and the batch only first", () => {
    refused("invalid-name", () => model("1st", {}, () => ({ outputs: {} })));
    refused("invalid-name", () => model("m", { "a b": f32(1) }, () => ({ outputs: {} })));
    // @ts-expect-error: "batch" stands first
    refused("invalid-dimension", () => model("m", { x: f32(3, "batch") }, () => ({ outputs: {} })));
    refused("invalid-dimension", () => model("m", { x: f32(1.5) }, () => ({ outputs: {} })));
  });

  it("return tensors of their own, and a scalar loss", () => {
    refused("invalid-result", () => define({}, () => ({ outputs: {} })));
    refused("invalid-result", () => define({}, () => ({ outputs: { y: 3 as never } })));
    refused("non-scalar-loss", () => define({ x: f32("batch") }, ({ x }) => ({ outputs: { x }, loss: x })));
    refused("missing-loss", () =>
      program(
        define({ x: f32(1) }, ({ x }) => ({ outputs: { x } })),
        { wrt: ["x"] },
      ),
    );
  });

  it("say what is wrong with a result, and where the model is declared", async () => {
    const declared = (body: () => unknown) => at(site(7, "model"), () => model("net", { x: f32(1) }, body as never));
    const failing = (body: () => unknown, wanted: object) =>
      expect(() => declare(declared(body), parsers)).toThrowError(expect.objectContaining(wanted));
    const place = "test.model.ts:7:1";
    failing(async () => Promise.reject(new Error("late")), { code: "invalid-result", at: place, help: expect.stringContaining("cannot be async") });
    failing(() => ({ outputs: constant([1]) }), { code: "invalid-result", at: place, help: expect.stringContaining("{ outputs: { out } }") });
    failing(() => constant([1]), { code: "invalid-result", at: place, message: expect.stringContaining("returns a tensor") });
    failing(() => ({ outputs: { x: constant([1]) }, los: 1 }), { message: expect.stringContaining('"los"') });
    const metric = (finish: unknown, sum: Tensor = constant(1)) => ({
      outputs: { x: constant([1]) },
      metrics: { rmse: { sum, count: constant(1), finish } },
    });
    const named = expect.stringContaining('the metric "rmse" of "net"');
    failing(() => metric("sqrt(x) + y"), { code: "unbound-name", at: place, message: named });
    failing(() => metric("sqrt("), { code: "syntax-error", at: place, message: named });
    failing(() => metric("3"), { code: "setting-out-of-range", at: place, message: named });
    failing(() => metric(3), { code: "invalid-result", at: place, message: expect.stringContaining('the metric "rmse" is 3') });
    failing(() => metric("x", constant([1, 2])), { code: "non-scalar-loss", message: named });
  });

  it("that clash are named with the lines that are known, and without others", () => {
    const twice = () =>
      define({ x: f32(1) }, ({ x }) => ({ outputs: { y: ops.add(ops.add(x, parameter([1], { name: "w" })), parameter([1], { name: "w" })) } }));
    expect(twice).toThrowError(expect.objectContaining({ code: "duplicate-name", at: undefined }));
    const once = () =>
      define({ x: f32(1) }, ({ x }) => {
        const w = assigned(3, "w", () => parameter([1], { name: "w" }));
        return { outputs: { y: ops.add(ops.add(x, w), parameter([1], { name: "w" })) } };
      });
    expect(once).toThrowError(expect.objectContaining({ code: "duplicate-name", at: "test.model.ts:3:1" }));
  });

  it("type their inputs and outputs", () => {
    const declared = model("m", { x: f32("batch", 2) }, ({ x }) => ({ outputs: { y: x } }));
    const shape: readonly (number | "batch")[] = declared.inputs.x.shape;
    expect(shape).toEqual(["batch", 2]);
    // @ts-expect-error: there is no input "z"
    model("m", { x: f32(2) }, ({ z }) => ({ outputs: { z } }));
    // Extents that are not known one by one are left to `model`.
    const dims: readonly ("batch" | number)[] = ["batch", 2];
    expect([f32(...dims), f32(), f32(2), f32("batch"), f32("batch", 2, 3)].map((type) => type.shape.length)).toEqual([2, 0, 1, 1, 3]);
  });

  it("type what they are interpreted with", async () => {
    const declared = model("m", { x: f32("batch", 1), k: i32("batch") }, ({ x }) => ({ outputs: { y: x } }));
    const general = declared;
    const values = async (run: Promise<{ outputs: ReadonlyMap<string, Float64Array> }>) => [...((await run).outputs.get("y") ?? [])];
    expect(await values(interpret(declared, { x: [1, 2] }))).toEqual([1, 2]);
    expect(await values(interpret(declared, { x: new Float32Array([1]), k: new Int32Array(1) }))).toEqual([1]);
    expect(await values(interpret(general, { x: [[1], [2]] }))).toEqual([1, 2]);
    // @ts-expect-error: there is no input "xx"
    await expect(interpret(declared, { xx: [1] })).rejects.toMatchObject({ code: "unknown-name" });
    // @ts-expect-error: an Int32Array is not the data of an f32 input
    expect(await values(interpret(declared, { x: new Int32Array([1]) }))).toEqual([1]);
  });
});
