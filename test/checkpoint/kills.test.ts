import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { commandScript } from "../support/command-script.ts";
import { commanded, ofArrays } from "./kills/commanded.ts";
import { fitted } from "./kills/fitted.ts";
import { killTrainings } from "./kills/kills.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gradc-kills-"));
});
afterAll(() => rm(folder, { recursive: true }));

// `npm run kills` does fifty of each.
test("a training that is killed three times, with another number of workers each time, sees the rows and has the weights of one that nobody stopped", async () => {
  let turn = 0;
  const found = await killTrainings(join(folder, "fit"), await fitted(folder, 60, () => turn++ % 3), 3);
  expect(found).toMatchObject({ kills: 3, others: 0, unopened: [], left: [] });
  expect(found.ended).toBeGreaterThan(0);
});

test("so does one of the command line that is killed twice, whose rows a module changes", async () => {
  const { script, remove } = await commandScript("kills");
  try {
    let turn = 0;
    const reading = await ofArrays(folder, () => turn++ % 3);
    const found = await killTrainings(join(folder, "command"), await commanded(folder, script, 8, reading), 2);
    expect(found).toMatchObject({ kills: 2, others: 0, unopened: [], left: [] });
  } finally {
    await remove();
  }
});
