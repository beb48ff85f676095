import { describe, expect, test } from "vitest";
import { dumps, readDebug } from "../../../compiler/pipeline/debug.ts";

describe("readDebug", () => {
  test("is off without switches", () => {
    expect(readDebug({}, {})).toEqual({ level: 0, dump: [], check: 0 });
  });

  test("reads DEBUG, DUMP and CHECK", () => {
    expect(readDebug({}, { DEBUG: "3", DUMP: "simplify, fuse", CHECK: "2" })).toEqual({ level: 3, dump: ["simplify", "fuse"], check: 2 });
  });

  test("options win over the environment", () => {
    expect(readDebug({ level: 0, check: 1, dump: [] }, { DEBUG: "5", DUMP: "fuse", CHECK: "2" })).toEqual({ level: 0, dump: [], check: 1 });
  });

  test("ignores values that are no level", () => {
    expect(readDebug({}, { DEBUG: "express:*", CHECK: "3" })).toEqual({ level: 0, dump: [], check: 0 });
  });
});

describe("dumps", () => {
  test("prints every pass from level 3 on", () => {
    expect([2, 3].map((level) => dumps(readDebug({ level: level as 2 | 3 }, {}), "fuse"))).toEqual([false, true]);
  });

  test("prints the chosen passes alone, at any level", () => {
    const debug = readDebug({ level: 3, dump: ["fuse"] }, {});
    expect(["simplify", "fuse"].map((pass) => dumps(debug, pass))).toEqual([false, true]);
  });
});
