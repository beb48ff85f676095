// Which kernels several threads could share. Nothing is emitted by it yet: a range of points, (begin, end), will be two more arguments.
import type { Kernel } from "../kernel/kernel.ts";
import { loadsOf, writesOf } from "../kernel/visit.ts";

/** Whether a kernel is one parallel loop, behind nothing but values that each thread can compute itself, whatever others have stored. */
export function isDivisible(kernel: Kernel): boolean {
  const loop = kernel.body.at(-1);
  const stored = writesOf(kernel);
  const before = kernel.body.slice(0, -1);
  const areSteady = before.every((statement) => statement.kind === "let" && !loadsOf(statement).some(({ buffer }) => stored.has(buffer)));
  return loop?.kind === "loop" && loop.role === "parallel" && areSteady;
}
