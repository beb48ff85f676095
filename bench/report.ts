// The section of RESULTS.md on speed: written anew by a run, the rest of the file is left as it is.
import { execFileSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import type { Effort, Outcome } from "./measure.ts";
import { ours, type Peer, peers } from "./peer-process.ts";
import type { Pass } from "./workloads/table.ts";

const START = "<!-- written by bench/run.ts -->";
const END = "<!-- end of what bench/run.ts writes -->";

const time = (us: number) => (us < 1000 ? `${us.toPrecision(3)} us` : `${(us / 1000).toPrecision(3)} ms`);
export const table = (rows: readonly (readonly string[])[]) => {
  const [head = [], ...body] = rows;
  return [head, head.map(() => "---"), ...body].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
};

function row({ workload, timed, rate, peak, load }: Outcome, of: readonly Peer[]): readonly string[] {
  const cells = of.map(({ name }) => {
    const found = timed.find(({ peer }) => peer === name);
    if (!found) return "failed";
    return name === ours ? time(found.median) : `${time(found.median)} (${found.ratio.toPrecision(2)})${found.remark ? " *" : ""}`;
  });
  return [workload.name, ...cells, `${rate.toPrecision(3)} of ${peak.toPrecision(3)}, ${((100 * rate) / peak).toFixed(0)} %`, load.toFixed(1)];
}

/** Errors and odd losses, one line for each that several workloads share. */
function notes(outcomes: readonly Outcome[]): readonly string[] {
  const by = new Map<string, string[]>();
  const note = (text: string, workload: string) => by.set(text, [...(by.get(text) ?? []), workload]);
  for (const { workload, timed, failed } of outcomes) {
    for (const { peer, error } of failed) note(`${peer} failed: ${error}`, workload.name);
    for (const { peer, remark } of timed) if (remark) note(`* ${peer}: ${remark}`, workload.name);
  }
  return [...by].map(([text, workloads]) => `- ${workloads.join(", ")}: ${text}`);
}

function versions(outcomes: readonly Outcome[]): string {
  const all = outcomes.flatMap(({ timed }) => timed.map(({ peer, version }) => `${peer}: ${version}`));
  return [...new Set(all)].join("; ");
}

const commit = () => execFileSync("git", ["describe", "--always", "--dirty"], { cwd: new URL(".", import.meta.url), encoding: "utf8" }).trim();

/** What a run has found, as far as it has come. */
export interface Report {
  readonly outcomes: readonly Outcome[];
  /** Tables that stand below the times, each with its heading and the heads of its columns. */
  readonly tables: readonly (readonly [heading: string, rows: readonly (readonly string[])[]])[];
}

/** The times of workloads of one kind, with a column for each peer that is timed in it. */
function times(outcomes: readonly Outcome[], pass: Pass): string {
  const own = outcomes.filter(({ workload }) => workload.pass === pass);
  const of = peers.filter(({ isPeak, only = pass }) => !isPeak && only === pass);
  const head = ["workload", ...of.map(({ name }) => name), "rate of peak (exact)", "load"];
  return table([head, ...own.map((outcome) => row(outcome, of))]);
}

function section({ outcomes, tables }: Report, effort: Effort): string {
  return `## Speed beside peers

\`npm --prefix bench start\` on ${commit()}, ${new Date().toISOString().slice(0, 16)}, ${cpus()[0]?.model ?? "a processor"}, ${cpus().length} cores. A whole training step with the copy of the inputs and the loss read; one thread each,
in turns, processor time of the whole process, the median of ${effort.rounds} rounds of ${effort.milliseconds} ms or of one step. In brackets ours (exact) as a share of the peer's time, the median of the ratios of neighbouring rounds: below 1 ours is faster. All start from the same weights; losses fall and
agree to 0.1 % in the first and the fourth step (but for W5, where each draws its own dropout) unless a star says otherwise. Rate: 10^9 operations a second in the products of a step by its whole time, of the peak that a register-only
multiply-add of four lanes reached in the same rounds. Load: of the machine, with this run's own 1.

${versions(outcomes)}

${times(outcomes, "training")}

The forward pass alone, the last number of a name is its rows; the outputs' mean squares agree to 0.1 % unless a star says otherwise.

${times(outcomes, "forward")}

${outcomes.map(({ workload }) => `${workload.name}: ${workload.about}.`).join(" ")}

${notes(outcomes).join("\n")}

${tables.map(([heading, rows]) => `### ${heading}\n\n${table(rows)}`).join("\n\n")}`;
}

export async function writeReport(report: Report, effort: Effort): Promise<void> {
  const file = new URL("RESULTS.md", import.meta.url);
  const text = await readFile(file, "utf8");
  const [before = "", rest = ""] = text.split(START);
  const after = rest.split(END)[1] ?? "\n";
  await writeFile(file, `${before.trimEnd()}\n\n${START}\n${section(report, effort).replace(/\n{3,}/g, "\n\n")}\n${END}${after}`);
}
