import { test } from "vitest";
import { apply, axis, buffer, expectKernel, f32, kernel, load, loop, numbers, store } from "./harness.ts";

const schedules = (i: ReturnType<typeof axis>) => [[], [[i, { vector: true }]], [[i, { vector: true, tile: 2 }]], [[i, { tile: 3 }]]] as const;

test("a static loop of 1 to 9 points gives the same bits by every schedule", async () => {
  for (let n = 1; n <= 9; n++) {
    const i = axis("i", n);
    const [x, y, z] = [buffer("x", [n]), buffer("y", [n]), buffer("z", [n], "f32", "result")];
    const one = kernel(loop(i, "parallel", store(z, [i], apply("add", [apply("mul", [load(x, i), load(y, i)]), f32(0.5)]))));
    await expectKernel(
      one,
      schedules(i),
      [
        {
          data: new Map([
            [x, numbers(n)],
            [y, numbers(n, 2)],
          ]),
        },
      ],
      [z],
    );
  }
});

test("a dynamic loop runs any n up to the capacity and does not read beyond", async () => {
  const i = axis("i", "batch");
  const [x, z] = [buffer("x", ["batch"]), buffer("z", ["batch"], "f32", "result")];
  const one = kernel(loop(i, "parallel", store(z, [i], apply("sub", [load(x, i), f32(1)]))));
  const cases = Array.from({ length: 10 }, (_, n) => ({ data: new Map([[x, numbers(n)]]), sizes: { batch: n } }));
  await expectKernel(one, schedules(i), cases, [z], { capacity: { batch: 9 } });
});
