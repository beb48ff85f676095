import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { callOf } from "../../../compiler/kernel/call.ts";
import { interpretKernel } from "../../../compiler/kernel/interpret.ts";
import type { Buffer, EntryCalls, Kernel, MemoryPlan } from "../../../compiler/kernel/kernel.ts";
import { constantExpr } from "../../../compiler/kernel/kernel.ts";
import { writesOf } from "../../../compiler/kernel/visit.ts";
import { bytesOf, planMemory } from "../../../compiler/memory/plan-memory.ts";
import { layout } from "../../../compiler/schedule/layout.ts";
import { accumulator, axis, buffer, combine, get, kernel, load, local, op, parallel, reduce, store } from "../kernel/kernels.ts";

const capacity = { batch: 8 };
const entry = (name: string, ...kernels: Kernel[]): EntryCalls => ({ name, calls: kernels.map(callOf) });
const callsOf = (entries: readonly EntryCalls[]) => entries.flatMap(({ calls }) => calls);
const kernelsOf = (entries: readonly EntryCalls[]) => callsOf(entries).map(({ kernel }) => kernel);
const plan = (...entries: EntryCalls[]): MemoryPlan => planMemory(entries, layout(callsOf(entries), [], capacity), capacity);
const offset = (memory: MemoryPlan, of: Buffer) => memory.offsets.get(of);

/** A kernel that, for each element of `output`, sums up `inputs` whole and stores the sum plus a number of its own. */
function mix(name: string, inputs: readonly Buffer[], output: Buffer): Kernel {
  const s = local("s");
  const sums = inputs.map((input) => {
    const k = axis("k", input.shape[0] as number);
    return reduce(k, combine(s, load(input, k)));
  });
  const i = axis("i", output.shape[0] as number);
  const own = constantExpr(Number.parseInt(name, 10) + 0.5);
  return kernel(name, parallel(i, accumulator(s), ...sums, store(output, [i], op("add", get(s), own))));
}

/** `output = -input`, element by element. */
function negate(input: Buffer, output: Buffer): Kernel {
  const i = axis("i", input.shape[0] as number);
  return kernel("negate", parallel(i, store(output, [i], op("neg", load(input, i)))));
}

describe("planMemory", () => {
  test("aligns every buffer to 16 bytes and counts dynamic dimensions at capacity", () => {
    const [x, y] = [buffer("x", ["batch", 3], "input"), buffer("y", ["batch"], "result")];
    const [i, k] = [axis("i", "batch"), axis("k", 3)];
    const s = local("s");
    const rows = kernel("rows", parallel(i, accumulator(s), reduce(k, combine(s, load(x, i, k))), store(y, [i], get(s))));
    const memory = plan(entry("predict", rows));
    expect([...memory.offsets.values()]).toEqual([0, 96]);
    expect(memory.bytes).toBe(128);
  });

  test("gives the place of a dead temporary to a later one", () => {
    const [a, b, c] = [buffer("a", [10]), buffer("b", [20]), buffer("c", [8])];
    const out = buffer("out", [1], "result");
    const memory = plan(entry("step", mix("1", [], a), mix("2", [a], b), mix("3", [b], c), mix("4", [c], out)));
    expect([offset(memory, a), offset(memory, b), offset(memory, c)]).toEqual([96, 16, 96]);
  });

  test("shares the region of temporaries between entry points, never inputs, variables or results", () => {
    const [a, b] = [buffer("a", [16]), buffer("b", [16])];
    const [first, second] = [buffer("first", [1], "result"), buffer("second", [1], "result")];
    const memory = plan(entry("step", mix("1", [], a), mix("2", [a], first)), entry("predict", mix("3", [], b), mix("4", [b], second)));
    expect(offset(memory, a)).toBe(offset(memory, b));
    expect(offset(memory, first)).not.toBe(offset(memory, second));
  });

  test("keeps a buffer that two entry points use in one place that is free in both", () => {
    const [shared, a] = [buffer("shared", [16]), buffer("a", [32])];
    const out = buffer("out", [1], "result");
    const memory = plan(
      entry("step", mix("1", [], shared), mix("2", [shared], out)),
      entry("predict", mix("3", [], a), mix("4", [], shared), mix("5", [a, shared], out)),
    );
    expect(Math.abs((offset(memory, shared) as number) - (offset(memory, a) as number))).toBeGreaterThanOrEqual(64);
  });
});

describe("in place", () => {
  const out = buffer("out", [1], "result");

  test("an elementwise output takes the place of an input that dies", () => {
    const [a, b] = [buffer("a", [16]), buffer("b", [16])];
    const memory = plan(entry("step", mix("1", [], a), negate(a, b), mix("3", [b], out)));
    expect(offset(memory, b)).toBe(offset(memory, a));
  });

  test("not of an input that is used later", () => {
    const [a, b] = [buffer("a", [16]), buffer("b", [16])];
    const memory = plan(entry("step", mix("1", [], a), negate(a, b), mix("3", [a, b], out)));
    expect(offset(memory, b)).not.toBe(offset(memory, a));
  });

  test("not of an input that is read elsewhere in the kernel", () => {
    const [a, b] = [buffer("a", [16]), buffer("b", [16])];
    const [i, k] = [axis("i", 16), axis("k", 16)];
    const s = local("s");
    const centre = (...body: Kernel["body"]) => kernel("centre", ...body);
    const sum = [accumulator(s), reduce(k, combine(s, load(a, k)))];
    const whole = centre(...sum, parallel(i, store(b, [i], op("sub", load(a, i), get(s)))));
    const perPoint = centre(parallel(i, ...sum, store(b, [i], op("sub", load(a, i), get(s)))));
    const shifted = centre(parallel(i, store(b, [i], load(a, { offset: 15, terms: [{ atom: i, coefficient: -1 }] }))));
    for (const program of [whole, perPoint, shifted]) {
      const memory = plan(entry("step", mix("1", [], a), program, mix("3", [b], out)));
      expect(offset(memory, b)).not.toBe(offset(memory, a));
    }
  });

  test("not of an input that is read after the store", () => {
    const [a, b, c] = [buffer("a", [16]), buffer("b", [16]), buffer("c", [16])];
    const i = axis("i", 16);
    const late = kernel("late", parallel(i, store(b, [i], get(local("s"))), store(c, [i], load(a, i))));
    const memory = plan(entry("step", mix("1", [], a), late, mix("3", [b, c], out)));
    expect(offset(memory, b)).not.toBe(offset(memory, a));
  });
});

interface Step {
  readonly inputs: readonly number[];
  readonly output: number;
  readonly elementwise: boolean;
}

/** Kernels over `temporaries`; a step reads only what an earlier one has stored. */
function randomKernels(steps: readonly Step[], temporaries: readonly Buffer[]): Kernel[] {
  const stored = new Set<Buffer>();
  return steps.map(({ inputs, output, elementwise }, step) => {
    const to = temporaries[output] as Buffer;
    const from = inputs.map((i) => temporaries[i] as Buffer).filter((one) => stored.has(one) && one !== to);
    stored.add(to);
    const [first] = from;
    return elementwise && first && first.shape[0] === to.shape[0] ? negate(first, to) : mix(`${step}`, from, to);
  });
}

const written = (program: Kernel): Buffer => [...writesOf(program)][0] as Buffer;

test("kernels compute the same in planned memory as with memory of their own, in random entry points", () => {
  const step: fc.Arbitrary<Step> = fc.record({ inputs: fc.array(fc.nat(9), { maxLength: 3 }), output: fc.nat(9), elementwise: fc.boolean() });
  const lengths = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 10, maxLength: 10 });
  fc.assert(
    fc.property(lengths, fc.array(fc.array(step, { maxLength: 12 }), { minLength: 1, maxLength: 3 }), (sizes, entries) => {
      const temporaries = sizes.map((size, i) => buffer(`t${i}`, [5 * size]));
      const plans = entries.map((steps, i) => entry(`${i}`, ...randomKernels(steps, temporaries)));
      const strides = layout(callsOf(plans), [], capacity);
      const { offsets, bytes } = planMemory(plans, strides, capacity);
      const own = new Map(temporaries.map((one) => [one, new Float64Array(one.shape[0] as number)]));
      const all = new Float64Array(bytes / 4).fill(Number.NaN);
      const place = (one: Buffer) =>
        all.subarray((offsets.get(one) as number) / 4, ((offsets.get(one) as number) + bytesOf(one, strides, capacity)) / 4);
      const planned = new Map([...offsets.keys()].map((one) => [one, place(one)]));
      for (const program of kernelsOf(plans)) {
        interpretKernel(program, own, capacity);
        interpretKernel(program, planned, capacity);
        expect(planned.get(written(program))).toEqual(own.get(written(program)));
      }
    }),
    { numRuns: 100, seed: 1 },
  );
});
