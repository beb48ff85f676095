import { InternalError } from "../../runtime/error.ts";
import { nearest } from "../../runtime/nearest.ts";
import { unknownPass } from "../diagnostics/settings.ts";
import { type Step, Trace } from "../trace/trace.ts";
import { type Debug, dumps, readDebug } from "./debug.ts";
import { type Pass, type PassName, passNames } from "./pass.ts";

/** Is told each step of a pass, and the name of the pass. */
export type Sink = (step: Step, pass: PassName) => void;

/** Runs passes one after the other, and prints, checks and times them as the debug switches ask. What it prints goes to standard error. */
export class Pipeline {
  readonly debug: Debug;
  private readonly sink: Sink | undefined;
  private readonly trace: Trace | undefined;
  private running: PassName | undefined;
  private readonly fired = new Map<string, number>();

  /**
   * `sink` is told each step of the passes that run.
   * @throws GradcError `unknown-name` for a pass to print that there is not
   */
  constructor(debug?: Partial<Debug>, sink?: Sink) {
    this.debug = readDebug(debug);
    this.sink = sink;
    if (sink || this.debug.level >= 5) this.trace = new Trace((step) => this.take(step));
    for (const name of this.debug.dump) if (!passNames.includes(name as PassName)) throw unknownPass(name, passNames, nearest(name, passNames));
  }

  run<Before, After>(pass: Pass<Before, After>, before: Before): After {
    const start = performance.now();
    this.running = pass.name;
    const after = pass.run(before, this.trace);
    this.finish(pass, before, after as Awaited<After>, start);
    return after;
  }

  /** Like `run`, for a pass that gives a promise. */
  async wait<Before, After>(pass: Pass<Before, Promise<After>>, before: Before): Promise<After> {
    const start = performance.now();
    const after = await pass.run(before);
    this.finish(pass, before, after, start);
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
    if (this.debug.level >= 5)
      for (const [rule, times] of this.fired) console.error(`gradc ${name.padEnd(14)} ${String(times).padStart(6)} x ${rule}`);
    this.fired.clear();
    if (this.debug.level >= 1) console.error(`gradc ${name.padEnd(14)} ${milliseconds.toFixed(1)} ms`);
    if (print && dumps(this.debug, name, printedFrom)) console.error(print(after));
    try {
      check?.(before, after, this.debug.check);
    } catch (error) {
      throw error instanceof Error ? new InternalError(`The pass "${name}" broke the program: ${error.message}`) : error;
    }
  }

  private take(step: Step): void {
    if ("rule" in step) this.fired.set(step.rule, (this.fired.get(step.rule) ?? 0) + 1);
    this.sink?.(step, this.running as PassName);
  }
}
