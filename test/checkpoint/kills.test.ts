import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { killTrainings } from "./kills/kills.ts";

// `npm run kills` does fifty.
test("a training that is killed five times sees the rows and has the weights of one that nobody stopped", async () => {
  const folder = await mkdtemp(join(tmpdir(), "gradc-kills-"));
  try {
    const found = await killTrainings(folder, 5, 60);
    expect(found).toMatchObject({ kills: 5, others: 0, unopened: [], left: [] });
    expect(found.ended).toBeGreaterThan(0);
  } finally {
    await rm(folder, { recursive: true });
  }
});
