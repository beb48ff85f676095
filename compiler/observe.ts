import { type Debug, dumps } from "./debug.ts";

/** Runs a pass by name; reports its time and its result as the debug switches ask. */
export type Observe = <T>(pass: string, run: () => T, print?: (result: T) => string) => T;

/** An observer that writes to standard error, so that a program's own output stays clean. */
export function observer(debug: Debug): Observe {
  return (pass, run, print) => {
    const start = performance.now();
    const result = run();
    if (debug.level >= 1) console.error(`gradc ${pass.padEnd(14)} ${(performance.now() - start).toFixed(1)} ms`);
    if (print && dumps(debug, pass)) console.error(print(result));
    return result;
  };
}
