import { run } from "../../src/cli/run.ts";
import type { Terminal } from "../../src/cli/terminal.ts";

/** What a command line printed. */
export interface Printed {
  readonly code: number;
  readonly out: string;
  readonly notes: string;
}

/** Runs a command line in this process, as if nobody watched. */
export const command = (...args: readonly string[]): Promise<Printed> => commandOn({}, ...args);

/** Runs a command line in this process on a terminal with other parts. */
export async function commandOn(parts: Partial<Terminal>, ...args: readonly string[]): Promise<Printed> {
  const out: string[] = [];
  const notes: string[] = [];
  const interrupts = () => ({ signal: new AbortController().signal, release: () => undefined });
  const code = await run(args, { out: (text) => out.push(text), note: (text) => notes.push(text), isWatched: false, interrupts, ...parts });
  return { code, out: out.join("\n"), notes: notes.join("\n") };
}
