// `gradc train --history`: written while the training goes on.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import type { EpochPoint } from "../../../src/cli/train/follow/follow.ts";
import { historyIn } from "../../../src/cli/train/follow/history.ts";

const folder = mkdtempSync(join(tmpdir(), "gradc-history-"));
afterAll(() => rmSync(folder, { recursive: true }));

const point = (epoch: number): EpochPoint => ({ epoch, step: 5 * epoch, lr: 0.1, loss: 1 / epoch, validation: {} });
const epochsOf = (file: string) =>
  readFileSync(file, "utf8")
    .trimEnd()
    .split("\n")
    .slice(1)
    .map((row) => Number(row.split(",")[0]));

/** A history to which epochs are added at given seconds. */
function historyAt(file: string) {
  const points: EpochPoint[] = [];
  const failures: string[] = [];
  const now = vi.spyOn(performance, "now").mockReturnValue(0);
  const history = historyIn(file, points, ({ message }) => failures.push(message));
  const epoch = (seconds: number) => {
    now.mockReturnValue(1000 * seconds);
    points.push(point(points.length + 1));
    history.epoch();
  };
  return { history, epoch, failures };
}

test("every few seconds what there is, one write at a time, and all at the end", async () => {
  const file = join(folder, "h.csv");
  const { history, epoch, failures } = historyAt(file);
  epoch(1);
  expect(readdirSync(folder)).toEqual([]);
  epoch(4);
  // Is not begun while the other is under way.
  epoch(8);
  await vi.waitFor(() => expect(epochsOf(file)[1]).toBe(2));
  await new Promise((done) => setTimeout(done, 20));
  epoch(9);
  expect(epochsOf(file)).toHaveLength(2);
  epoch(12);
  await vi.waitFor(() => expect(epochsOf(file)).toHaveLength(5));
  epoch(12.1);
  await history.finish();
  expect([epochsOf(file), failures]).toEqual([[1, 2, 3, 4, 5, 6], []]);
});

test("what cannot be written is told once", async () => {
  const { history, epoch, failures } = historyAt(join(folder, "h.csv", "no", "h.csv"));
  epoch(4);
  await vi.waitFor(() => expect(failures).toHaveLength(1));
  epoch(12);
  await history.finish();
  expect(failures).toEqual([expect.stringContaining("Cannot write")]);
});
