import { expect, test } from "vitest";
import { buildOf, models, names, type Trained } from "../../memory/models.ts";

test.each(names)("every pass keeps the values of every entry point: %s", async (name) => {
  const { wasm } = await buildOf(models[name] as Trained, { check: 2 });
  expect(wasm.length).toBeGreaterThan(0);
});
