import { EventEmitter } from "node:events";
import { expect, test } from "vitest";
import { outliveReaders, standardTerminal } from "../../../src/cli/terminal.ts";

test("a reader that goes away is no error, and others are told", () => {
  const stream = new EventEmitter();
  const told: string[] = [];
  outliveReaders(({ message }) => told.push(message), stream);
  for (const code of ["EPIPE", "EIO"]) stream.emit("error", Object.assign(new Error("nobody reads"), { code }));
  expect(told).toEqual([]);
  stream.emit("error", new Error("disk full"));
  expect(told).toEqual(["disk full"]);
});

const endings = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const listening = () => endings.map((ending) => process.listenerCount(ending));

test.each(endings)("%s ends a training, and what comes after it ends the process", (ending) => {
  const before = listening();
  const { signal } = standardTerminal.interrupts();
  expect(signal.aborted).toBe(false);
  process.emit(ending);
  expect(signal.aborted).toBe(true);
  // Without listeners Node does what the system does.
  expect(listening()).toEqual(before);
});

test("a training that has ended listens no more", () => {
  const before = listening();
  const { signal, release } = standardTerminal.interrupts();
  release();
  expect([listening(), signal.aborted]).toEqual([before, false]);
});
