// Ours and the peers in one run, written to RESULTS.md. `quick`: some workloads in fewer and shorter rounds, printed only.
// Further arguments name workloads, and nothing is written then either.
import { costs } from "./costs.ts";
import { growth } from "./growth.ts";
import { kernels } from "./kernels.ts";
import { measure, median, type Outcome } from "./measure.ts";
import { ours } from "./peer-process.ts";
import { type Report, table, writeReport } from "./report.ts";
import { workloads } from "./workloads/table.ts";

const named = process.argv.slice(2).filter((word) => word !== "quick");
const quick = process.argv.includes("quick");
const effort = quick ? { rounds: 3, milliseconds: 40, patience: 8000 } : { rounds: 5, milliseconds: 50, patience: 10_000 };
const few = ["W1", "W2", "W3", "W4", "256x100-300-300-20", "conv3x3"];

const outcomes: Outcome[] = [];
const wanted = quick && named.length === 0 ? few : named;
for (const workload of workloads.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
  const outcome = await measure(workload, effort);
  outcomes.push(outcome);
  const cells = outcome.timed.map(
    ({ peer, median, ratio, remark }) => `${peer} ${median.toFixed(1)} us (${ratio.toPrecision(2)})${remark ? ` ${remark}` : ""}`,
  );
  if (wanted.length === 0) await writeReport({ outcomes, tables: [] }, effort);
  console.log([workload.name, ...cells, `${((100 * outcome.rate) / outcome.peak).toFixed(0)} % of peak`].join("  "));
  for (const { peer, error } of outcome.failed) console.log(`  ${peer}: ${error}`);
}
const done = outcomes.filter(({ workload, timed }) => workload.pass === "training" && timed.some(({ peer }) => peer === ours));
const tables: Report["tables"] = [
  ["Download, first step, memory, compile", await costs(done)],
  ...(quick || named.length > 0 ? [] : [["Compile by depth, width and length", await growth()] as const]),
  ...(named.length > 0 ? [] : [["Kernels by shape", await kernels(median(outcomes.map(({ peak }) => peak)))] as const]),
];
for (const [, rows] of tables) console.log(table(rows));
if (wanted.length === 0) await writeReport({ outcomes, tables }, effort);
