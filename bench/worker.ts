// Runs one peer in a process of its own: a line of JSON in, a line out. Argument: the peer's file.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

const peer = await import(new URL(process.argv[2] ?? "", import.meta.url).href);
type Result = number | Float32Array;
let step = (): Result | Promise<Result> => Number.NaN;

/** A loss as it is; of outputs the mean of their squares. */
const figure = (result: Result) => (typeof result === "number" ? result : result.reduce((sum, value) => sum + value * value, 0) / result.length);

/** The most memory so far, in kB; what `resourceUsage` gives counts that of the process which started this one. */
const resident = () => Number(/VmHWM:\s*(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))?.[1]);

async function answer(line: string): Promise<object> {
  const { task, steps } = JSON.parse(line);
  if (task) {
    ({ step } = await peer.prepare(task));
    return { version: peer.version() };
  }
  const results = [];
  const start = process.cpuUsage();
  for (let i = 0; i < steps; i++) {
    const given = step();
    const result = given instanceof Promise ? await given : given;
    if (i === 0 || i === steps - 1) results.push(figure(result));
  }
  const { user, system } = process.cpuUsage(start);
  return { microseconds: Math.max(1, user + system), losses: results, resident: resident() };
}

for await (const line of createInterface({ input: process.stdin })) {
  const reply = await answer(line).catch((error: unknown) => ({ error: String(error).split("\n")[0] }));
  console.log(`answer ${JSON.stringify(reply)}`);
}
