import { describe, expect, test } from "vitest";
import { interpretKernel } from "../../../../compiler/kernel/interpret.ts";
import type { Buffer, Kernel } from "../../../../compiler/kernel/kernel.ts";
import { hoist } from "../../../../compiler/kernel/passes/hoist.ts";
import { printKernel } from "../../../../compiler/kernel/print.ts";
import { buffersOf } from "../../../../compiler/kernel/visit.ts";
import { accumulator, axis, buffer, combine, get, kernel, linear, load, local, op, parallel, reduce, softmax, store } from "../kernels.ts";

const [i, j] = [axis("i", 4), axis("j", 3)];
const x = buffer("x", [4, 3], "input");
const scale = buffer("scale", [4], "input");
const y = buffer("y", [4, 3], "result");

/** What a kernel leaves in its buffers, which start with numbers of their own. */
function run(program: Kernel): Float64Array[] {
  const sizes = { batch: 2 };
  const content = ({ shape }: Buffer, at: number) =>
    Float64Array.from({ length: shape.reduce<number>((n, dim) => n * (dim === "batch" ? 2 : Number(dim)), 1) }, (_, k) => ((k * 7 + at) % 5) + 1);
  const buffers = [...buffersOf(program)].sort((a, b) => (a.name < b.name ? -1 : 1));
  const memory = new Map(buffers.map((each, at) => [each, content(each, at)]));
  interpretKernel(program, memory, sizes);
  return [...memory.values()];
}

const expectSame = (program: Kernel) => expect(run(hoist(program))).toEqual(run(program));

describe("hoist", () => {
  test("moves what does not change in front of the loop, once", () => {
    const root = op("sqrt", load(scale, i));
    const program = kernel("scaled", parallel(i, parallel(j, store(y, [i, j], op("add", op("div", load(x, i, j), root), root)))));
    expect(printKernel(hoist(program))).toMatchInlineSnapshot(`
      "kernel scaled(scale, x) -> y
        parallel i < 4
          let h0 = sqrt(scale[i])
          parallel j < 3
            y[i, j] = x[i, j] / h0 + h0"
    `);
    expectSame(program);
  });

  test("leaves a load of what the loop stores", () => {
    const total = buffer("total", [1], "result");
    const program = kernel("total", reduce(i, reduce(j, store(total, [0], op("add", load(total, 0), load(x, i, j))))));
    expect(printKernel(hoist(program))).toBe(printKernel(program));
    expectSame(program);
  });

  test("leaves what is made of a value that the loop computes, or of a sum that it adds to", () => {
    const s = local("s");
    const sums = parallel(i, accumulator(s), reduce(j, combine(s, load(x, i, j)), store(y, [i, j], op("neg", get(s)))));
    const program = kernel("sums", sums);
    expect(printKernel(hoist(program))).toBe(printKernel(program));
    expectSame(program);
  });

  test("keeps the values of a product and of a softmax", () => {
    expectSame(linear().kernel);
    expectSame(softmax().kernel);
  });
});
