// What a page says of its signs and functions is true of its lines, and enough to read them.
import { expect, test } from "vitest";
import { pageOf } from "../../../compiler/describe/page.ts";
import { type Page, writePage } from "../../../compiler/formula/page.ts";
import { readable } from "../../../compiler/index.ts";
import type { Declared } from "../../../src/declare.ts";
import { partsToRead } from "../../../src/described.ts";
import { program } from "../../../src/entries.ts";
import { f32, losses, ops, type Tensor } from "../../../src/index.ts";
import { assigned, define } from "../../src/running.ts";

const pageFor = (declared: Declared): Page => pageOf(partsToRead(readable(program(declared))));
const textOf = (page: Page): string => [writePage(page, "text"), ...page.conventions].join("\n");

/** A running tanh over the steps of x along `dim`, backwards. */
const running = (x: Tensor, start: Tensor, dim: number): Tensor =>
  ops.scan(({ carry, inputs }) => ({ carry: { h: ops.tanh(ops.add(carry.h, inputs.x)) } }), {
    carry: { h: start },
    inputs: { x },
    dim,
    reverse: true,
  }).carry.h;

test("steps lie along the second axis of what has rows, or are moved there by a line", () => {
  const over = (dim: number, shape: readonly [number, number]) =>
    textOf(
      pageFor(
        define({ x: f32("batch", ...shape), y: f32("batch", 2) }, ({ x, y }) => {
          const p = assigned(1, "p", () => running(x, y, dim));
          return { outputs: { p }, loss: losses.mse(p, y) };
        }),
      ),
    );
  expect(over(1, [3, 2])).toMatch(/^p_h_t = tanh\(p_h_\{t\+1\} \+ x_t\)$/mu);
  expect(over(2, [2, 3])).toMatch(/^s = permute_2,0,1\(x\)\n.*tanh\(p_h_\{t\+1\} \+ s_t\)$/mu);
  expect(over(1, [3, 2])).toMatch(/along the second axis .* along a first axis\. h_0, .* are 0 where no line says otherwise/u);
});
