import { EventEmitter } from "node:events";
import { expect, test, vi } from "vitest";
import { outliveReaders, standardTerminal } from "../../../src/cli/terminal.ts";
import { showProgress } from "../../../src/cli/train/progress.ts";

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

test("while a bar moves, what is printed clears its line first", async () => {
  const written: string[] = [];
  for (const stream of [process.stdout, process.stderr]) vi.spyOn(stream, "write").mockImplementation((text) => written.push(String(text)) > 0);
  const terminal = { ...standardTerminal, isWatched: true };
  const progress = await showProgress({ firstEpoch: 1, epochs: 2, rows: 8, steps: 1 }, terminal);
  terminal.note("warning: the history is not written");
  terminal.out("o/");
  progress.stop();
  terminal.note("error: other");
  vi.restoreAllMocks();
  const clear = "\r\x1b[K";
  expect(written.join("")).toContain(`${clear}warning: the history is not written\n${clear}o/\n`);
  expect(written.join("")).not.toContain(`${clear}error`);
});
