// No pass takes more than its input grows: of a network that is twice as deep, each file runs at most 2.1 times as many blocks of code.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeAll, expect, test } from "vitest";
import type { Deep } from "./networks.ts";

type Report = Readonly<Record<Deep, Readonly<Record<string, readonly [number, number]>>>>;

const most = 2.1;
/** Counts below this are of what runs a few times a network, and of chance. */
const least = 1000;

/** What grows faster, and why it may. */
const reasons: Readonly<Record<string, string>> = {
  "compiler/memory/plan-memory.ts": "each block is held against all that live beside it, and half of all activations do",
};

let report: Report;
beforeAll(async () => {
  const root = fileURLToPath(new URL("../..", import.meta.url));
  const script = ["--import", "./scripts/typescript.js", "scripts/growth.ts", "--json", "--depth", "16"];
  // Without the checks that tests have after each pass.
  const env = { ...process.env, CHECK: "0" };
  const { stdout } = await promisify(execFile)(process.execPath, script, { cwd: root, env });
  report = JSON.parse(stdout);
});

const steep = (kind: Deep): string[] =>
  Object.entries(report[kind]).flatMap(([file, [once, twice]]) => (twice > least && twice > most * once ? [file] : []));

test.each<Deep>(["dense", "residual", "convolutional", "recurrent"])("compiling a %s network takes as much more as it is deeper", (kind) => {
  expect(report[kind]["compiler/fuse/fuse.ts"]?.[1]).toBeGreaterThan(least);
  expect(steep(kind).filter((file) => !Object.hasOwn(reasons, file))).toEqual([]);
});

test("what may grow faster does", () => {
  const found = new Set((Object.keys(report) as Deep[]).flatMap(steep));
  expect(Object.keys(reasons).filter((file) => !found.has(file))).toEqual([]);
});
