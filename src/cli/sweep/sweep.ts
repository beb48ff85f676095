import { join } from "node:path";
import { allFailed } from "../../../compiler/diagnostics/sweep.ts";
import { alignColumns } from "../../../compiler/formula/columns.ts";
import { writeWhole } from "../../../files/whole.ts";
import { checkTable } from "../mistakes.ts";
import type { Terminal } from "../terminal.ts";
import { train } from "../train/train.ts";
import { paint } from "../visible.ts";
import { type Begun, begin } from "./begin.ts";
import { trainCommand } from "./command.ts";
import { importanceOf } from "./importance.ts";
import type { SweepOptions } from "./options.ts";
import { sweepPage } from "./page.ts";
import { startPool } from "./pool.ts";
import { showProgress, silent } from "./progress.ts";
import { openRecord, readRecord } from "./record.ts";
import type { Result } from "./results.ts";
import { type Found, search, seedsOf } from "./search.ts";
import { statesIn } from "./states.ts";
import { explained, failureOf, importanceTable, resultTable, type Swept, spreadText } from "./table.ts";

/** `gradc sweep`. */
export async function sweep(path: string, options: SweepOptions, given: Terminal): Promise<void> {
  checkTable("sweep", path, options.data);
  const notes: string[] = [];
  const terminal = tellingOnce(given, notes);
  const begun = await begin(path, options, terminal);
  terminal.out(`${begun.described}\n\n${alignColumns(begun.searched)}`);
  const found = await searchIn(begun, options, given);
  const swept = sweptOf(begun, found);
  const { plan, name, described, searched } = begun;
  const [{ trial }] = swept.results as [Result];
  const chosen = { ...plan.optionsOf(trial.settings, seedsOf(trial, plan)[0] as number), ...(options.allow && { allow: options.allow }) };
  const command = trainCommand(path, chosen);
  tell(swept, terminal);
  const { report } = options;
  if (report !== undefined) await writeWhole(report, sweepPage(swept, { name, described, notes, searched, command }));
  terminal.out(`\n${paint("bold", "the best again, for its files")}\n  ${command}\n`);
  await train(path, chosen, { ...terminal, isQuiet: true });
}

/** The terminal, where what was noted once is not noted again. */
function tellingOnce(terminal: Terminal, told: string[]): Terminal {
  const note = (text: string): void => {
    if (told.includes(text)) return;
    told.push(text);
    terminal.note(text);
  };
  return { ...terminal, note };
}

/** Makes the trainings that the record does not have. @throws GradcError `interrupted`, `cannot-write`, those of the record */
async function searchIn(begun: Begun, options: SweepOptions, terminal: Terminal): Promise<Found> {
  const { plan, rungs, metric, workers, folder, identity } = begun;
  const path = join(folder, "record.jsonl");
  const before = options.resume ? await readRecord(path, identity) : [];
  const states = statesIn(join(folder, "states"));
  if (!options.resume) await states.clear();
  const record = await openRecord(path, identity, before);
  const total = rungs.reduce((sum, { trials }) => sum + trials, 0) * plan.seeds.length;
  const progress = options.quiet ? silent : await showProgress(total, metric, terminal);
  const pool = startPool(workers);
  const { signal, release } = terminal.interrupts();
  try {
    const found = await search({ ...begun, pool, record, states, progress, signal });
    await states.clear();
    return found;
  } finally {
    release();
    progress.stop();
    await pool.end();
    await record.close();
  }
}

/** What trials gave, and what that says of the settings. @throws GradcError `sweep-failed` */
function sweptOf({ plan: { axes, seeds }, metric }: Begun, { first, last }: Found): Swept {
  if (last.every(({ mean }) => Number.isNaN(mean))) {
    const reasons = last.flatMap(({ outcomes }) => outcomes.flatMap((outcome) => failureOf(outcome) ?? []));
    throw allFailed(last.length, [...new Set(reasons)].slice(0, 5));
  }
  const samples = first.map(({ trial, figures }) => ({ settings: trial.settings, figures: figures.map((figure) => metric.sign * figure) }));
  return { axes, metric, seeds, results: last, compared: first, importance: importanceOf(axes, samples) };
}

function tell(swept: Swept, terminal: Terminal): void {
  terminal.out(`\n${resultTable(swept)}`);
  if (swept.results.length > 1) terminal.out(`\n${importanceTable(swept)}\n  ${explained}`);
  terminal.out(`  ${spreadText(swept)}`);
}
