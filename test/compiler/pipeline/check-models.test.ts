import { expect, test } from "vitest";
import { buildOf, models, names, type Trained } from "../../memory/models.ts";

// Kernels are interpreted before and after each pass, point by point: of the two networks with convolutions the smaller one will do.
test.each(names.filter((name) => name !== "convolution"))("every pass keeps the values of every entry point: %s", async (name) => {
  const { wasm } = await buildOf(models[name] as Trained, { check: 2 });
  expect(wasm.length).toBeGreaterThan(0);
});
