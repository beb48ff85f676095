import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";

const script = fileURLToPath(new URL("../../scripts/ci-summary.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "gradc-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** The last line and the exit code for a report and the exit codes of the steps. */
function summary(report: object | undefined, ...statuses: number[]): [string, number | null] {
  const path = join(folder, report ? "report.json" : "none.json");
  if (report) writeFileSync(path, JSON.stringify(report));
  const { stdout, status } = spawnSync(process.execPath, [script, path, ...statuses.map(String)], { encoding: "utf8" });
  return [stdout.trimEnd().split("\n").at(-1) ?? "", status];
}

const passing = { numPassedTests: 3, numFailedTests: 0, testResults: [{ status: "passed", assertionResults: [{}] }] };

describe("ci-summary", () => {
  test("counts passed and failed tests", () => {
    expect(summary(passing, 0, 0, 0)).toEqual(["3 passed, 0 failed", 0]);
    expect(summary({ ...passing, numFailedTests: 2 }, 0, 0, 1)).toEqual(["3 passed, 2 failed", 1]);
  });

  test("counts a file that cannot be loaded as a failure", () => {
    const testResults = [...passing.testResults, { status: "failed", assertionResults: [] }];
    expect(summary({ ...passing, testResults }, 0, 0, 1)).toEqual(["3 passed, 1 failed", 1]);
  });

  test("counts a step that failed without a failed test", () => {
    expect(summary(passing, 0, 1, 0)).toEqual(["3 passed, 1 failed", 1]);
  });

  test("fails where no test ran", () => {
    expect(summary(undefined, 0, 0, 1)).toEqual(["0 passed, 1 failed", 1]);
    expect(summary({ numPassedTests: 0, numFailedTests: 0, testResults: [] }, 0, 0, 0)).toEqual(["0 passed, 1 failed", 1]);
  });
});
