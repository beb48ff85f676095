import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { nodeScript } from "../support/node-script.ts";
import { commanded, ofArrays } from "./kills/commanded.ts";
import { fitted } from "./kills/fitted.ts";
import { killTrainings, type Subject } from "./kills/kills.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gradc-kills-"));
});
afterAll(() => rm(folder, { recursive: true }));

const programs = { fit: "./test/checkpoint/kills/training.ts", command: "./src/cli/main.ts" };

/** What is found of one of the programs, killed so many times. */
async function killed(name: keyof typeof programs, count: number, subject: (script: string) => Promise<Subject>) {
  const { script, remove } = await nodeScript(`kills-${name}`, programs[name]);
  try {
    return await killTrainings(join(folder, name), await subject(script), count);
  } finally {
    await remove();
  }
}

/** No, one and two workers in turn. */
const workers = () => {
  let turn = 0;
  return () => turn++ % 3;
};

// `npm run kills` does fifty of each.
test("a training that is killed three times, with another number of workers each time, sees the rows and has the weights of one that nobody stopped", async () => {
  const found = await killed("fit", 3, (script) => fitted(folder, script, 60, workers()));
  expect(found).toMatchObject({ kills: 3, others: 0, unopened: [], left: [] });
  expect(found.ended).toBeGreaterThan(0);
});

test("so does one of the command line that is killed twice, whose rows a module changes", async () => {
  const found = await killed("command", 2, async (script) => commanded(folder, script, 8, await ofArrays(folder, workers())));
  expect(found).toMatchObject({ kills: 2, others: 0, unopened: [], left: [] });
});
