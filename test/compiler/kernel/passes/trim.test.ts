import { describe, expect, test } from "vitest";
import { callOf, instanceOf } from "../../../../compiler/kernel/call.ts";
import { interpretKernel } from "../../../../compiler/kernel/interpret.ts";
import type { Buffer, Kernel, Statement } from "../../../../compiler/kernel/kernel.ts";
import { trim } from "../../../../compiler/kernel/passes/trim.ts";
import { printKernel } from "../../../../compiler/kernel/print.ts";
import { readsOf, writesOf } from "../../../../compiler/kernel/visit.ts";
import { accumulator, along, axis, buffer, combine, get, kernel, load, local, op, parallel, plus, reduce, shift, store } from "../kernels.ts";

const x = buffer("x", [12], "input");
const t = buffer("t", [10]);
const y = buffer("y", [6], "result");

/** `t[k] = x[k] + x[k + 1] + x[k + 2]` for ten k, with statements of its own in the loop. */
function sums(...more: Statement[]): Kernel {
  const [k, u] = [axis("k", 10), axis("u", 3)];
  const s = local("s");
  return kernel("sums", parallel(k, accumulator(s), reduce(u, combine(s, load(x, plus(along(k), along(u))))), store(t, [k], get(s)), ...more));
}

/** `y[i] = -t[i + from]` for six i. */
function reader(from: number, to = y): Kernel {
  const i = axis("i", 6);
  return kernel("reader", parallel(i, store(to, [i], op("neg", load(t, shift(along(i), from))))));
}

function run(kernels: readonly Kernel[]): number[] {
  const memory = new Map<Buffer, Float64Array>();
  for (const one of kernels.flatMap((program) => [...readsOf(program), ...writesOf(program)]))
    memory.set(
      one,
      Float64Array.from({ length: one.shape[0] as number }, (_, i) => (one === x ? i * i : Number.NaN)),
    );
  for (const program of kernels) interpretKernel(program, memory, {});
  return [...(memory.get(y) as Float64Array)];
}

/** What is left of the kernels of entry points. */
const trimmedOf = (...entries: Kernel[][]): Kernel[][] => trim(entries.map((kernels) => kernels.map(callOf))).map((calls) => calls.map(instanceOf));

const text = (kernels: readonly Kernel[] | undefined) => kernels?.map((one) => printKernel(one)).join("\n");

describe("trim", () => {
  test("computes only what is read, and keeps the values", () => {
    const kernels = [sums(), reader(2)];
    const [trimmed = []] = trimmedOf(kernels);
    expect(text(trimmed)).toMatchInlineSnapshot(`
      "kernel sums(x) -> t
        parallel k < 6
          sum s
          reduce u < 3
            s += x[k + u + 2]
          t[k] = s
      kernel reader(t) -> y
        parallel i < 6
          y[i] = neg(t[i])"
    `);
    expect([...writesOf(trimmed[0] as Kernel)][0]?.shape).toEqual([6]);
    expect(run(trimmed)).toEqual(run(kernels));
  });

  test("keeps all that any entry point reads", () => {
    const first = sums();
    const [[one] = [], [other] = []] = trimmedOf([first, reader(1)], [first, reader(3, buffer("z", [6], "result"))]);
    expect(one).toBe(other);
    expect(text([one as Kernel])).toContain("parallel k < 8");
  });

  test("leaves what is read whole, loops that do something else, and additions alone", () => {
    const i = axis("i", 10);
    const all = kernel("all", parallel(i, store(buffer("z", [10], "result"), [i], load(t, i))));
    const k = axis("k", 10);
    const both = kernel("both", parallel(k, store(t, [k], load(x, k)), store(buffer("z", [10], "result"), [k], load(x, k))));
    const added = kernel("added", parallel(k, store(t, [k], load(x, k), { accumulate: true })));
    for (const kernels of [
      [sums(), reader(2), all],
      [both, reader(2)],
      [added, reader(2)],
    ])
      expect(text(trimmedOf(kernels)[0])).toBe(text(kernels));
  });

  test("leaves a buffer that two kernels fill, and a diagonal, alone", () => {
    const [k, l] = [axis("k", 10), axis("l", 10)];
    const fill = kernel("fill", parallel(k, store(t, [k], load(x, k))));
    const again = kernel("again", parallel(l, store(t, [l], load(x, l))));
    const square = buffer("square", [10, 10]);
    const diagonal = kernel("diagonal", parallel(k, store(square, [k, k], load(x, k))));
    const i = axis("i", 6);
    const corner = kernel("corner", parallel(i, store(y, [i], load(square, shift(along(i), 2), i))));
    expect(text(trimmedOf([fill, again, reader(2)])[0])).toBe(text([fill, again, reader(2)]));
    expect(text(trimmedOf([diagonal, corner])[0])).toBe(text([diagonal, corner]));
  });

  test("leaves out of each residue what is not read", () => {
    const [k, l] = [axis("k", 5), axis("l", 5)];
    const even = store(t, [along(k, 2)], load(x, k));
    const odd = store(t, [shift(along(l, 2), 1)], load(x, shift(along(l), 5)));
    const kernels = [kernel("residues", parallel(k, even), parallel(l, odd)), reader(1)];
    const [trimmed = []] = trimmedOf(kernels);
    expect(text(trimmed)).toMatchInlineSnapshot(`
      "kernel residues(x) -> t
        parallel k < 3
          t[2·k + 1] = x[k + 1]
        parallel l < 3
          t[2·l] = x[l + 5]
      kernel reader(t) -> y
        parallel i < 6
          y[i] = neg(t[i])"
    `);
    expect(run(trimmed)).toEqual(run(kernels));
  });

  test("leaves a buffer alone of which nothing in a residue is read", () => {
    const [i, k, l] = [axis("i", 1), axis("k", 5), axis("l", 5)];
    const even = store(t, [along(k, 2)], load(x, k));
    const odd = store(t, [shift(along(l, 2), 1)], load(x, l));
    const one = kernel("one", parallel(i, store(y, [i], load(t, shift(along(i), 4)))));
    const kernels = [kernel("residues", parallel(k, even), parallel(l, odd)), one];
    expect(text(trimmedOf(kernels)[0])).toBe(text(kernels));
  });
});
