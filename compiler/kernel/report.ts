// Kernels as text with what they do: operations, bytes, shares of an entry point, and the places of the definition.
import type { Sizes } from "../ir/dim.ts";
import type { Position } from "../ir/node.ts";
import type { Call, EntryCalls, Kernel, Scheduled } from "./kernel.ts";
import { callsOf } from "./plan.ts";
import { printCalls } from "./print.ts";
import { kept } from "./visit.ts";
import { type Work, workOf } from "./work.ts";

/** What is told of. */
interface Reported {
  readonly plans: readonly EntryCalls[];
  readonly schedules: ReadonlyMap<Kernel, Scheduled>;
  readonly places: ReadonlyMap<string, readonly Position[]>;
  readonly capacity: Sizes;
}

type WorkOf = (kernel: Kernel) => Work;

const runs = ({ within }: Call): number => within.reduce((product, { steps }) => product * steps, 1);

/** Operations and functions of calls, each as often as it runs. */
const totalOf = (calls: readonly Call[], work: WorkOf): number =>
  calls.reduce((sum, call) => sum + runs(call) * (work(call.kernel).operations + work(call.kernel).functions), 0);

/** `31.2 % of step in 2 calls`, of the first entry point that calls the kernel, the step of training before others. */
function shareOf(kernel: Kernel, plans: readonly EntryCalls[], work: WorkOf): string[] {
  const callers = plans.filter(({ calls }) => calls.some((call) => call.kernel === kernel));
  const caller = callers.find(({ name }) => name === "step") ?? callers[0];
  const whole = totalOf(caller?.calls ?? [], work);
  if (!caller || whole === 0) return [];
  const own = caller.calls.filter((call) => call.kernel === kernel);
  const times = own.length > 1 ? ` in ${own.length} calls` : "";
  return [`${((100 * totalOf(own, work)) / whole).toFixed(1)} % of ${caller.name}${times}`];
}

const counted = (count: number, one: string): string => `${count.toLocaleString("en")} ${one}${count === 1 ? "" : "s"}`;

function workText({ operations, functions, bytesRead, bytesWritten }: Work): string {
  const computed = [counted(operations, "operation"), ...(functions > 0 ? [counted(functions, "function")] : [])];
  return `${computed.join(", ")}; ${counted(bytesRead, "byte")} read, ${bytesWritten.toLocaleString("en")} written`;
}

/** `source    housing.model.ts:5, 7` */
function sourceLines(calls: readonly Call[], places: Reported["places"]): string[] {
  const linesOf = new Map<string, Set<number>>();
  for (const { file, line } of calls.flatMap(({ name }) => places.get(name) ?? [])) linesOf.set(file, (linesOf.get(file) ?? new Set()).add(line));
  const files = [...linesOf].map(([file, lines]) => `${file}:${[...lines].sort((a, b) => a - b).join(", ")}`);
  return files.length === 0 ? [] : [`  source    ${files.join("; ")}`];
}

/** The kernels of entry points with their schedules, one text each; what they do is counted with dynamic dimensions at capacity. */
export function reportKernels({ plans, schedules, places, capacity }: Reported): string[] {
  const work = kept((kernel: Kernel) => workOf(kernel, capacity));
  return printCalls(callsOf(...plans), schedules, (kernel, calls) => [
    `  work      ${[workText(work(kernel)), ...shareOf(kernel, plans, work)].join("; ")}`,
    ...sourceLines(calls, places),
  ]);
}
