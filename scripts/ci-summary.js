// Prints the totals of a vitest JSON report as its last line, `N passed, N failed`, and exits with 1 if anything failed.
// usage: node scripts/ci-summary.js REPORT STATUS...   where each STATUS is the exit code of a step
import { readFileSync } from "node:fs";

const [report, ...statuses] = process.argv.slice(2);

/** Counts of one report. A file that could not be loaded holds no tests and counts as one failure. */
function count(path) {
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(path, "utf8"));
  const broken = testResults.filter((file) => file.status === "failed" && file.assertionResults.length === 0).length;
  return { passed: numPassedTests, failed: numFailedTests + broken };
}

function countOrFail(path) {
  try {
    return count(path);
  } catch (error) {
    console.log(`No test report: ${error.message}`);
    return { passed: 0, failed: 0 };
  }
}

const { passed, failed } = countOrFail(report);
// A step that failed without a failed test (types, lint, an error outside of tests) is a failure too.
const failures = failed === 0 && (passed === 0 || statuses.some((status) => status !== "0")) ? 1 : failed;
console.log(`${passed} passed, ${failures} failed`);
process.exitCode = failures === 0 ? 0 : 1;
