import { InternalError } from "../../runtime/error.ts";
import { nearest } from "../../runtime/nearest.ts";
import { unknownPass } from "../diagnostics/settings.ts";
import type { Report } from "../rewrite/rewrite.ts";
import { type Debug, dumps, readDebug } from "./debug.ts";
import { type Pass, type PassName, passNames } from "./pass.ts";

/** Runs passes one after the other, and prints, checks and times them as the debug switches ask. What it prints goes to standard error. */
export class Pipeline {
  readonly debug: Debug;

  /** @throws GradcError `unknown-name` for a pass to print that there is not */
  constructor(debug?: Partial<Debug>) {
    this.debug = readDebug(debug);
    for (const name of this.debug.dump) if (!passNames.includes(name as PassName)) throw unknownPass(name, passNames, nearest(name, passNames));
  }

  run<Before, After>(pass: Pass<Before, After>, before: Before): After {
    const start = performance.now();
    const after = pass.run(before, this.reportOf(pass.name));
    this.finish(pass, before, after as Awaited<After>, start);
    return after;
  }

  /** Like `run`, for a pass that gives a promise. */
  async wait<Before, After>(pass: Pass<Before, Promise<After>>, before: Before): Promise<After> {
    const start = performance.now();
    const after = await pass.run(before, this.reportOf(pass.name));
    this.finish(pass, before, after as Awaited<Promise<After>>, start);
    return after;
  }

  runAll<Form>(passes: readonly Pass<Form>[], before: Form): Form {
    return passes.reduce((form, pass) => this.run(pass, form), before);
  }

  private finish<Before, After>(
    { name, print, printedFrom, check }: Pass<Before, After>,
    before: Before,
    after: Awaited<After>,
    start: number,
  ): void {
    const milliseconds = performance.now() - start;
    this.debug.time?.(name, milliseconds);
    if (this.debug.level >= 1) console.error(`gradc ${name.padEnd(14)} ${milliseconds.toFixed(1)} ms`);
    if (print && dumps(this.debug, name, printedFrom)) console.error(print(after));
    try {
      check?.(before, after, this.debug.check);
    } catch (error) {
      throw error instanceof Error ? new InternalError(`The pass "${name}" broke the program: ${error.message}`) : error;
    }
  }

  private reportOf(pass: string): Report {
    return (fired) => {
      if (this.debug.level < 5) return;
      for (const [rule, times] of fired) console.error(`gradc ${pass.padEnd(14)} ${String(times).padStart(6)} x ${rule}`);
    };
  }
}
