// Panels of products: of gradients of weights, in blocks of rows, of weights for parts of the rows, and of convolutions.
import { describe, expect, test } from "vitest";
import { callOf } from "../../../compiler/kernel/call.ts";
import type { Kernel, Layout } from "../../../compiler/kernel/kernel.ts";
import { printKernel } from "../../../compiler/kernel/print.ts";
import { layout } from "../../../compiler/schedule/layout.ts";
import { schedule } from "../../../compiler/schedule/schedule.ts";
import { stridesFor } from "../../../compiler/schedule/strides.ts";
import { accumulator, axis, buffer, combine, get, kernel, load, local, op, parallel, reduce, store, tapsGradient } from "../kernel/kernels.ts";

/** The steps of a schedule as they are printed. */
function stepsOf(program: Kernel, batch: number, laid: Layout = new Map()): string {
  const text = printKernel(program, schedule(program, new Map([...layout([callOf(program)], [], { batch }), ...laid]), { batch }));
  return text.slice(text.indexOf("schedule")).replace(/\s+/g, " ");
}

describe("panels of a product", () => {
  const gradient = (terms: number, rows: number, columns: number): string => {
    const [i, j, k, s] = [axis("i", rows), axis("j", columns), axis("k", "batch"), local("s")];
    const [x, d] = [buffer("x", ["batch", rows], "input"), buffer("d", ["batch", columns])];
    const products = reduce(k, combine(s, op("mul", load(x, k, i), load(d, k, j))));
    return stepsOf(kernel("dw", parallel(i, parallel(j, accumulator(s), products, store(buffer("dw", [rows, columns]), [i, j], get(s))))), terms);
  };
  const blockOf = (terms: number, rows: number, columns: number) => Number(/block i by (\d+)/.exec(gradient(terms, rows, columns))?.[1] ?? 0);

  test("are of a block of rows, and of columns for all of the block", () => {
    expect(gradient(128, 500, 500)).toMatchInlineSnapshot(
      `"schedule block i by 100; pack x by ib; reorder j outwards; pack d by j; tile i.2 by 4; vectorise j, 2 vectors"`,
    );
  });

  test("are of blocks of whole tiles, or of rows that are left over a few", () => {
    expect([64, 100, 784, 250, 67, 131].map((rows) => blockOf(128, rows, 256))).toEqual([64, 100, 112, 125, 67, 0]);
  });

  test("are of fewer rows for longer sums, until they would pay no more", () => {
    expect([512, 1024, 2048, 4096].map((terms) => blockOf(terms, 512, 256))).toEqual([128, 64, 32, 0]);
  });

  test("are of no blocks where columns stay near or are few, or sums short", () => {
    expect([blockOf(64, 512, 128), blockOf(64, 512, 132)]).toEqual([0, 128]);
    expect([blockOf(512, 512, 127), blockOf(512, 512, 128)]).toEqual([0, 128]);
    expect([blockOf(31, 512, 2000), blockOf(32, 512, 2000)]).toEqual([0, 128]);
  });

  test("are of its rows alone, where these lie in rows that push each other out of the cache", () => {
    expect(gradient(128, 512, 100)).toBe("schedule pack x by i; vectorise j, 2 vectors; tile i by 4");
  });
});

describe("panels of a convolution", () => {
  type Sizes = Parameters<typeof tapsGradient>[0];
  /** The steps, where channels lie side by side in the images of these names. */
  const gradient = (sizes: Sizes, channelsLast: readonly string[] = []): string => {
    const { kernel: program, dy, x } = tapsGradient(sizes);
    const images = [dy, x].filter(({ name }) => channelsLast.includes(name));
    return stepsOf(program, 64, new Map(images.map((image) => [image, stridesFor(image.shape, [0, 2, 1])])));
  };
  const packs = (sizes: Sizes) => /pack \w+ by \w/.exec(gradient(sizes))?.[0];

  test("gather what lies channel by channel, for all channels and taps of the other side", () => {
    expect(gradient({})).toMatchInlineSnapshot(`"schedule accumulate n in s.sums; pack dy by o; tile c by 4; vectorise o, 2 vectors; vectorise o.2"`);
  });

  test("gather for sixteen rows or more, of sums of a few terms as well", () => {
    expect([{ channels: 5 }, { channels: 6 }].map(packs)).toEqual([undefined, "pack dy by o"]);
    expect([{ pixels: 9 }].map(packs)).toEqual(["pack dy by o"]);
  });

  test("gather where rows of the sum are short", () => {
    expect([{ pixels: 127 }, { pixels: 128 }].map(packs)).toEqual(["pack dy by o", undefined]);
  });

  test("go inwards where one side's channels lie side by side, and are copied once for all rows", () => {
    expect(gradient({}, ["x"])).toMatchInlineSnapshot(
      `"schedule accumulate n in s.sums; reorder c outwards; reorder t outwards; pack x by t; vectorise c.2, 4 vectors; tile o by 4; vectorise c, 2 vectors; vectorise c.3"`,
    );
    expect(gradient({ out: 31 }, ["x"])).not.toContain("reorder");
  });

  test("stay where both sides' channels lie side by side", () => {
    expect(gradient({}, ["x", "dy"])).toMatchInlineSnapshot(
      `"schedule accumulate n in s.sums; vectorise o.2, 4 vectors; tile c by 4; vectorise o, 2 vectors; vectorise o.3"`,
    );
  });
});

describe("panels of weights for rows", () => {
  const forward = (rows: number, terms: number, columns: number): string => {
    const [i, j, k, s] = [axis("i", "batch"), axis("j", columns), axis("k", terms), local("s")];
    const [x, w] = [buffer("x", ["batch", terms], "input"), buffer("w", [terms, columns], "variable")];
    const products = reduce(k, combine(s, op("mul", load(x, i, k), load(w, k, j))));
    return stepsOf(kernel("y", parallel(i, parallel(j, accumulator(s), products, store(buffer("y", ["batch", columns]), [i, j], get(s))))), rows);
  };
  const partOf = (rows: number, terms: number, columns: number) => Number(/chunk i by (\d+)/.exec(forward(rows, terms, columns))?.[1] ?? 0);

  test("are filled for each part of the rows, where all of them leave the cache", () => {
    expect(forward(4096, 128, 128)).toMatchInlineSnapshot(
      `"schedule chunk i by 512; reorder j outwards; pack w by j; tile i by 4; vectorise j, 2 vectors"`,
    );
    expect([2048, 2049].map((rows) => partOf(rows, 128, 128))).toEqual([0, 512]);
  });

  test("are of fewer rows for longer sums, until they would pay no more, and of no parts for few columns", () => {
    expect([256, 512, 1024, 1200].map((terms) => partOf(8192, terms, 256))).toEqual([256, 128, 64, 0]);
    expect([31, 32].map((columns) => partOf(8192, 256, columns))).toEqual([0, 256]);
  });
});

describe("panels of weights for all images", () => {
  const forward = (images: number, pixels: number, channels = 256): string => {
    const [n, j, p, c, s] = [axis("n", images), axis("j", 64), axis("p", pixels), axis("c", channels), local("s")];
    const [x, w, y] = [buffer("x", [images, pixels, channels]), buffer("w", [channels, 64]), buffer("y", [images, pixels, 64])];
    const sums = reduce(c, combine(s, op("mul", load(x, n, p, c), load(w, c, j))));
    return stepsOf(kernel("conv", parallel(n, parallel(j, parallel(p, accumulator(s), sums, store(y, [n, p, j], get(s)))))), 1);
  };

  test("are filled before the images, where one of them reads the weights too few times", () => {
    expect(forward(4, 49)).toMatchInlineSnapshot(`"schedule reorder j outwards; pack w by j; tile n by 4; vectorise j, 2 vectors"`);
    expect(forward(1, 49)).not.toContain("pack");
  });

  test("are filled for each image that reads them often enough", () => {
    expect(forward(4, 96)).toContain("schedule pack w by j");
  });

  test("are of no weights that stay near", () => {
    expect([forward(4, 49, 128), forward(4, 49, 129)].map((steps) => steps.includes("pack"))).toEqual([false, true]);
  });
});
