// Runs one peer in a process of its own: a line of JSON in, a line out. Argument: the peer's file.
import { createInterface } from "node:readline";

const peer = await import(new URL(process.argv[2] ?? "", import.meta.url).href);
let step = (): number => Number.NaN;

async function answer(line: string): Promise<object> {
  const { task, steps } = JSON.parse(line);
  if (task) {
    ({ step } = await peer.prepare(task));
    return { version: peer.version() };
  }
  const losses = [];
  const start = process.cpuUsage();
  for (let i = 0; i < steps; i++) {
    const loss = step();
    if (i === 0 || i === steps - 1) losses.push(loss);
  }
  const { user, system } = process.cpuUsage(start);
  return { microseconds: Math.max(1, user + system), losses };
}

for await (const line of createInterface({ input: process.stdin })) {
  const reply = await answer(line).catch((error: unknown) => ({ error: String(error).split("\n")[0] }));
  console.log(`answer ${JSON.stringify(reply)}`);
}
