import { run } from "../../src/cli/run.ts";

/** What a command line printed. */
export interface Printed {
  readonly code: number;
  readonly out: string;
  readonly notes: string;
}

/** Runs a command line in this process, as if nobody watched. */
export async function command(...args: readonly string[]): Promise<Printed> {
  const out: string[] = [];
  const notes: string[] = [];
  const code = await run(args, { out: (text) => out.push(text), note: (text) => notes.push(text), isWatched: false });
  return { code, out: out.join("\n"), notes: notes.join("\n") };
}
