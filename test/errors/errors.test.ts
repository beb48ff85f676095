// Every error that a user can cause: provoked as a user would, and printed in `docs/errors.md`. `npm run golden` writes the document.
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { GradcError } from "../../runtime/error.ts";
import { checkpointCases } from "./cases/checkpoints.ts";
import { commandCases } from "./cases/commands.ts";
import { datasetCases } from "./cases/datasets.ts";
import { definitionCases } from "./cases/definitions.ts";
import { formulaCases } from "./cases/formulas.ts";
import { imageCases } from "./cases/images.ts";
import { reportCases } from "./cases/reports.ts";
import { runningCases } from "./cases/running.ts";
import { sourceCases } from "./cases/sources.ts";
import { sweepCases } from "./cases/sweeps.ts";
import { tableCases } from "./cases/tables.ts";
import { type ErrorCase, folder } from "./error-case.ts";

const parts: Readonly<Record<string, readonly ErrorCase[]>> = {
  "The body of a definition": definitionCases,
  "Definition files and scalar functions": sourceCases,
  "Compiled modules and weights": runningCases,
  "Checkpoints and weights of PyTorch": checkpointCases,
  Tables: tableCases,
  Images: imageCases,
  "Datasets and batches": datasetCases,
  Reports: reportCases,
  "Searches over settings": sweepCases,
  "The command line": commandCases,
  "Formulas and functions by hand": formulaCases,
};
const cases = Object.values(parts).flat();

/** The codes that a file of diagnostics gives, read from its text. */
function codesIn(path: string): string[] {
  const text = readFileSync(new URL(path, import.meta.url), "utf8");
  const first = [...text.matchAll(/new GradcError\(\s*((?:[^,`"]|`[^`]*`|"[^"]*")*),/g)].map(([, argument = ""]) => argument);
  expect(first).toHaveLength(text.split("new GradcError(").length - 1);
  return first.flatMap((argument) => {
    const literals = [...argument.matchAll(/"([a-z-]+)"/g)].map(([, code = ""]) => code);
    if (literals.length > 0) return literals;
    // `unknown-${kind}`: one for each kind in the signature above.
    const prefix = argument.match(/^`([a-z-]+)\$\{kind\}`$/)?.[1];
    const kinds = text.match(/kind: ((?:"\w+"(?: \| )?)+)/)?.[1]?.match(/\w+/g) ?? [];
    return prefix === undefined ? [] : kinds.map((kind) => prefix + kind);
  });
}

const printed = new Map<ErrorCase, unknown>();

beforeAll(async () => {
  for (const each of cases) {
    try {
      await each.run();
      printed.set(each, "no error");
    } catch (error) {
      printed.set(each, error);
    }
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

const files = (folder: string) => readdirSync(new URL(folder, import.meta.url)).map((name) => folder + name);
const diagnostics = [
  ...files("../../compiler/diagnostics/"),
  "../../runtime/diagnostics.ts",
  "../../data/diagnostics.ts",
  "../../augment/diagnostics.ts",
  "../../files/diagnostics.ts",
  "../../checkpoint/diagnostics.ts",
  "../../data/dataset/diagnostics.ts",
  "../../tensorboard/diagnostics.ts",
];

test.each(diagnostics)("%s: every code has a case", (path) => {
  const covered = new Set(cases.map(({ code }) => code));
  const codes = codesIn(path);
  expect(codes.filter((code) => !covered.has(code))).toEqual([]);
});

test("every case belongs to a code", () => {
  const codes = new Set(diagnostics.flatMap(codesIn));
  expect(codes.size).toBeGreaterThan(60);
  expect(cases.map(({ code }) => code).filter((code) => !codes.has(code))).toEqual([]);
});

test.each(cases)("$code: $did", (each) => {
  const error = printed.get(each);
  expect(error).toBeInstanceOf(GradcError);
  const { code, message } = error as GradcError;
  expect(code).toBe(each.code);
  // A sentence without a period, and nothing that an engine says of its own insides.
  expect(message).toMatch(/^["A-Z\d]/);
  expect(message).not.toMatch(/[^.]\.$|undefined|\[object|NaN|\n\s*at .*node:/m);
});

// Each definition has a folder of its own, which says nothing to a reader.
const messageOf = (each: ErrorCase): string => (printed.get(each) as Error).message.replaceAll(`${folder}/`, "").replace(/case-\d+\//g, "");

test("docs/errors.md holds them all", async () => {
  const sections = Object.entries(parts).map(([title, own]) => {
    const codes = [...new Set(own.map(({ code }) => code))].sort();
    const blocks = codes.map((code) => [`### ${code}`, ...own.filter((each) => each.code === code).map(entryOf)].join("\n\n"));
    return [`## ${title}`, ...blocks].join("\n\n");
  });
  const head = [
    "# Errors",
    "Every mistake that gradc finds is a `GradcError` with a stable `code`, a message, and where they are known the place (`at`) and what helps (`help`).",
    "The texts below are what the mistakes in `test/errors` print; `npm run golden` writes this page.",
    "An error without a code is a bug in gradc, or one of the code around it.",
  ];
  await expect([head[0], head.slice(1).join("\n"), ...sections, ""].join("\n\n").trimEnd().concat("\n")).toMatchFileSnapshot("../../docs/errors.md");
});

const entryOf = (each: ErrorCase): string => `${each.did}\n\n\`\`\`\n${messageOf(each)}\n\`\`\`\n\n${each.advice}`;
