import { EventEmitter } from "node:events";
import { expect, test } from "vitest";
import { outliveReaders } from "../../../src/cli/terminal.ts";

test("a reader that goes away is no error, and others are", () => {
  const stream = new EventEmitter();
  outliveReaders(stream);
  stream.emit("error", Object.assign(new Error("write EPIPE"), { code: "EPIPE" }));
  expect(() => stream.emit("error", new Error("disk full"))).toThrow("disk full");
});
