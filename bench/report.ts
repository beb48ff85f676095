// The section of RESULTS.md on speed: written anew by a run, the rest of the file is left as it is.
import { execFileSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import type { Effort, Outcome } from "./measure.ts";
import { ours, peers } from "./peer-process.ts";

const START = "<!-- written by bench/run.ts -->";
const END = "<!-- end of what bench/run.ts writes -->";

const time = (us: number) => (us < 1000 ? `${us.toPrecision(3)} us` : `${(us / 1000).toPrecision(3)} ms`);
const table = (rows: readonly (readonly string[])[]) => {
  const [head = [], ...body] = rows;
  return [head, head.map(() => "---"), ...body].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
};

function row({ workload, timed, rate, peak, load }: Outcome): readonly string[] {
  const cells = peers
    .filter(({ isPeak }) => !isPeak)
    .map(({ name }) => {
      const of = timed.find(({ peer }) => peer === name);
      if (!of) return "failed";
      return name === ours ? time(of.median) : `${time(of.median)} (${of.ratio.toPrecision(2)})${of.remark ? " *" : ""}`;
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

function section(outcomes: readonly Outcome[], figures: readonly (readonly string[])[], effort: Effort): string {
  const names = peers.filter(({ isPeak }) => !isPeak).map(({ name }) => name);
  return `## Speed beside peers

\`npm --prefix bench start\` on ${commit()}, ${new Date().toISOString().slice(0, 16)}, ${cpus()[0]?.model ?? "a processor"}, ${cpus().length} cores. A whole training step with the copy of the inputs and the loss read; one thread each,
in turns, processor time of the whole process, the median of ${effort.rounds} rounds of ${effort.milliseconds} ms or of one step. In brackets ours (exact) as a share of the peer's time, the median of the ratios of neighbouring rounds: below 1 ours is faster. All start from the same weights; losses fall and
agree to 0.1 % in the first and the fourth step (but for W5, where each draws its own dropout) unless a star says otherwise. Rate: 10^9 operations a second in the products of a step by its whole time, of the peak that a register-only
multiply-add of four lanes reached in the same rounds. Load: of the machine, with this run's own 1.

${versions(outcomes)}

${table([["workload", ...names, "rate of peak (exact)", "load"], ...outcomes.map(row)])}

${outcomes.map(({ workload }) => `${workload.name}: ${workload.about}.`).join(" ")}

${notes(outcomes).join("\n")}

${figures.length > 0 ? table(figures) : ""}`;
}

export async function writeReport(outcomes: readonly Outcome[], figures: readonly (readonly string[])[], effort: Effort): Promise<void> {
  const file = new URL("RESULTS.md", import.meta.url);
  const text = await readFile(file, "utf8");
  const [before = "", rest = ""] = text.split(START);
  const after = rest.split(END)[1] ?? "\n";
  await writeFile(file, `${before.trimEnd()}\n\n${START}\n${section(outcomes, figures, effort).replace(/\n{3,}/g, "\n\n")}\n${END}${after}`);
}
