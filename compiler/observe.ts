import { checkPass } from "./check.ts";
import { type Debug, dumps } from "./debug.ts";
import type { Program } from "./ir/entry.ts";
import { printProgram } from "./ir/print.ts";
import type { Report } from "./rewrite/rewrite.ts";
import type { EmittedModule } from "./wasm/emit-module.ts";

/** Runs a pass by name; reports its time and its result as the debug switches ask. */
export interface Observe {
  <T>(pass: string, run: () => T, print?: (result: T) => string): T;
  readonly debug: Debug;
}

function reportTime({ level }: Debug, pass: string, start: number): void {
  if (level >= 1) console.error(`gradc ${pass.padEnd(14)} ${(performance.now() - start).toFixed(1)} ms`);
}

/** Runs the emission of a module; its text is the longest of all results, and waits for a level of its own. */
export async function observeEmission(observe: Observe, run: () => Promise<EmittedModule>): Promise<EmittedModule> {
  const start = performance.now();
  const module = await run();
  reportTime(observe.debug, "emit", start);
  const { level, dump } = observe.debug;
  if (dump.length > 0 ? dump.includes("emit") : level >= 4) console.error(module.wat());
  return module;
}

/** An observer that writes to standard error, so that a program's own output stays clean. */
export function observer(debug: Debug): Observe {
  const observe = <T>(pass: string, run: () => T, print?: (result: T) => string): T => {
    const start = performance.now();
    const result = run();
    reportTime(debug, pass, start);
    if (print && dumps(debug, pass)) console.error(print(result));
    return result;
  };
  return Object.assign(observe, { debug });
}

/** Runs a pass over graphs; reports the rules that it used and checks its result as the debug switches ask. */
export function observePass(observe: Observe, pass: string, before: Program, run: (before: Program, report?: Report) => Program): Program {
  const { level, check } = observe.debug;
  const report: Report = (fired) => {
    if (level >= 5) for (const [rule, times] of fired) console.error(`gradc ${pass.padEnd(14)} ${String(times).padStart(6)} x ${rule}`);
  };
  const after = observe(pass, () => run(before, report), printProgram);
  checkPass(pass, before, after, check);
  return after;
}
