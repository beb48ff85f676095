import { describe, expect, test } from "vitest";
import { along } from "../../../compiler/kernel/affine.ts";
import { callOf } from "../../../compiler/kernel/call.ts";
import type { Affine, Buffer, Kernel } from "../../../compiler/kernel/kernel.ts";
import { verifyMemory } from "../../../compiler/memory/verify-memory.ts";
import { axis, buffer, kernel, load, loop, store } from "../wasm/harness.ts";

const rows = axis("i", 8);
const columns = axis("j", 4);
const x = buffer("x", [8, 4]);
const a = buffer("a", [8, 4], "f32", "temporary");
const b = buffer("b", [8, 4], "f32", "temporary");
const y = buffer("y", [8, 4], "f32", "result");

const copy = (from: Buffer, to: Buffer, row = along(rows)): Kernel =>
  kernel(loop(rows, "parallel", loop(columns, "parallel", store(to, [rows, columns], load(from, row, columns)))));

/** Checks the plan in which b begins `shift` bytes behind a; `second` makes b of a. */
const check = (second: Kernel, shift: number, strides?: readonly number[]): void => checkKernels([copy(x, a), second, copy(b, y)], shift, strides);

function checkKernels(all: readonly Kernel[], shift: number, strides: readonly number[] = [4, 1]): void {
  verifyMemory({
    entries: [{ name: "run", calls: all.map(callOf) }],
    layout: new Map([x, a, b, y].map((each) => [each, each === b ? strides : [4, 1]])),
    memory: {
      offsets: new Map([
        [x, 0],
        [a, 128],
        [b, 128 + shift],
        [y, 512],
      ]),
      bytes: 640,
    },
    capacity: {},
  });
}

describe("a value may lie where the one lay that it is made of", () => {
  test("element by element", () => {
    expect(() => check(copy(a, b), 0)).not.toThrow();
    expect(() => check(copy(a, b), 128)).not.toThrow();
  });

  test("in loops that follow each other at one point of an outer loop, and not where the outer loop goes on in between", () => {
    const [again, more] = [axis("j", 4), axis("j", 4)];
    const made = loop(columns, "parallel", store(a, [rows, columns], load(x, rows, columns)));
    const taken = (row = along(rows)) => loop(again, "parallel", store(b, [rows, again], load(a, row, again)));
    const given = loop(more, "parallel", store(y, [rows, more], load(b, rows, more)));
    const whole = (row?: Affine) => [kernel(loop(rows, "parallel", made, taken(row), given))];
    expect(() => checkKernels(whole(), 0)).not.toThrow();
    expect(() => checkKernels(whole({ terms: [{ atom: rows, coefficient: -1 }], offset: 7 }), 0)).toThrow("a [128, 256) and b");
  });

  test.each([4, 16, 32, 64])("but not %d bytes behind it", (shift) => {
    expect(() => check(copy(a, b), shift)).toThrow("run: a [128, 256) and b");
  });

  test("nor with other strides, nor where it is read in another order", () => {
    expect(() => check(copy(a, b), 0, [8, 1])).toThrow("a [128, 256) and b");
    const reversed = { terms: [{ atom: rows, coefficient: -1 }], offset: 7 };
    expect(() => check(copy(a, b, reversed), 0)).toThrow("a [128, 256) and b");
  });
});

test("what is read was written, and what is planned has its place", () => {
  expect(() => check(copy(x, y), 128)).toThrow("run: b in kernel");
  expect(() => check(copy(a, b), 448)).toThrow("b is outside");
});
