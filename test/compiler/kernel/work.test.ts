import { describe, expect, test, vi } from "vitest";
import { along, plus, shift } from "../../../compiler/kernel/affine.ts";
import { interpretKernel } from "../../../compiler/kernel/interpret.ts";
import type { Buffer, Kernel } from "../../../compiler/kernel/kernel.ts";
import { buffersOf } from "../../../compiler/kernel/visit.ts";
import { workOf } from "../../../compiler/kernel/work.ts";
import {
  axis,
  buffer,
  convolution,
  guard,
  kernel,
  linear,
  linearInputGradient,
  load,
  op,
  parallel,
  reduce,
  softmax,
  store,
  triangle,
} from "./kernels.ts";

const sizes = { batch: 3 };

/** A memory that keeps which elements are read and written. */
function watched(program: Kernel) {
  const [read, written] = [new Set<string>(), new Set<string>()];
  const arrayOf = ({ name, shape }: Buffer): Float64Array =>
    new Proxy(new Float64Array(shape.reduce<number>((product, dim) => product * (dim === "batch" ? sizes.batch : Number(dim)), 1)).fill(0.5), {
      get(data, at) {
        read.add(`${name} ${String(at)}`);
        return data[Number(at)];
      },
      set(data, at, value) {
        written.add(`${name} ${String(at)}`);
        data[Number(at)] = value;
        return true;
      },
    });
  return { read, written, memory: new Map([...buffersOf(program)].map((one) => [one, arrayOf(one)])) };
}

/** What the interpreter does: it rounds once for each operation, save for a maximum. */
function brute(program: Kernel) {
  const { read, written, memory } = watched(program);
  const rounding = vi.spyOn(Math, "fround");
  interpretKernel(program, memory, sizes, { round: "f32" });
  const rounded = rounding.mock.calls.length;
  rounding.mockRestore();
  return { rounded, bytesRead: 4 * read.size, bytesWritten: 4 * written.size };
}

function counted(program: Kernel, maxima = 0) {
  const { operations, functions, bytesRead, bytesWritten } = workOf(program, sizes);
  return { rounded: operations + functions - maxima, bytesRead, bytesWritten };
}

/** `y[i, j] = 2 (-x[i, j] where j < 4, else exp(z[i, j - 4]))`, of which x is read below the diagonal alone. */
function joined(): Kernel {
  const [i, j] = [axis("i", "batch"), axis("j", 9)];
  const [x, y, z] = [buffer("x", ["batch", 9]), buffer("y", ["batch", 9]), buffer("z", ["batch", 9])];
  const second = op("exp", load(z, i, shift(along(j), -4)));
  const below = { index: plus(along(j), { offset: 0, terms: [{ atom: i, coefficient: -1 }] }), lower: -8, upper: 1 };
  const left = { ...guard([{ index: along(j), lower: 0, upper: 4 }], guard([below], op("neg", load(x, i, j)))), fill: second };
  return kernel("joined", parallel(i, parallel(j, store(y, [i, j], op("add", left, left)))));
}

/** Adds to a part of what is there. */
function added(): Kernel {
  const [i, j] = [axis("i", "batch"), axis("j", 6)];
  const [x, y] = [buffer("x", ["batch", 6]), buffer("y", [9])];
  const inside = [{ index: along(j), lower: 1, upper: 5 }];
  return kernel(
    "added",
    reduce(i, parallel(j, store(y, [shift(along(j), 2)], op("mul", load(x, i, j), load(x, i, j)), { accumulate: true, inside }))),
  );
}

describe("what is counted is what the interpreter does", () => {
  test.each([
    ["a layer", linear().kernel, 0],
    ["a transposed product", linearInputGradient().kernel, 0],
    ["a convolution with a border", convolution(5, 2, 3).kernel, 0],
    ["softmax, whose maxima are not rounded", softmax("batch", 5).kernel, 15],
    ["values that are chosen by place", joined(), 0],
    ["a sum that is added to", added(), 0],
    ["sums that end in a triangle", triangle().kernel, 0],
  ])("%s", (_, program, maxima) => {
    expect(counted(program, maxima)).toEqual(brute(program));
  });
});

test("functions are told apart from arithmetic", () => {
  expect(workOf(linear().kernel, sizes)).toEqual({ operations: 3 * 5 * (12 * 2 + 1), functions: 15, bytesRead: 4 * (36 + 60 + 5), bytesWritten: 60 });
});
