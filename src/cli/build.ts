import { join } from "node:path";
import { badChoice } from "../../compiler/diagnostics/settings.ts";
import { alignColumns } from "../../compiler/formula/columns.ts";
import type { Manifest } from "../../runtime/index.ts";
import { type EntryName, entryNamed, entryOf, gamesOf } from "../../runtime/program.ts";
import type { Built } from "../compile.ts";
import { allowedOf } from "./allow.ts";
import { compileModel, type ModelOptions } from "./compile-model.ts";
import { outputFolder } from "./files/folders.ts";
import { refuseOver } from "./files/refuse.ts";
import { type Files, writeSet } from "./files/set.ts";
import { moduleFiles } from "./module-files.ts";
import { formatBytes, type Terminal } from "./terminal.ts";

interface BuildOptions extends ModelOptions {
  readonly out?: string;
  readonly profile: "exact" | "fast";
  readonly freeze?: readonly string[];
  readonly strip?: boolean;
  readonly standalone?: boolean;
  readonly emit?: readonly string[];
  readonly time?: boolean;
}

type Emitter = (built: Built) => { readonly ending: string; readonly content: string };

const emitters: Readonly<Record<string, Emitter>> = {
  wat: (built) => ({ ending: "wat", content: built.wat() }),
  formulas: ({ formulas }) => ({
    ending: "formulas.txt",
    content: `${Object.values(formulas)
      .flatMap((group) => Object.values(group))
      .join("\n")}\n`,
  }),
  ir: ({ graph }) => ({ ending: "ir.txt", content: graph }),
};

/** `gradc build`. */
export async function build(path: string, { out, emit = [], standalone, time = false, ...options }: BuildOptions, terminal: Terminal): Promise<void> {
  const unknown = emit.find((kind) => !Object.hasOwn(emitters, kind));
  if (unknown !== undefined) throw badChoice("--emit", unknown, Object.keys(emitters));
  const times: Times = [];
  const debug = time ? { time: (pass: string, milliseconds: number) => times.push([pass, milliseconds]) } : {};
  const built = await compileModel(path, { ...options, allow: allowedOf(options.allow).compiling, debug }, ["missing-loss", "no-gradient"]);
  const { name } = built.manifest;
  const emitted = emit.map((kind) => (emitters[kind] as Emitter)(built));
  const more = Object.fromEntries(emitted.map(({ ending, content }) => [`${name}.${ending}`, content]));
  const folder = outputFolder(path, out);
  const files = { ...(await moduleFiles(built, folder, standalone)), ...more };
  for (const file of Object.keys(files)) await refuseOver(join(folder, file), { "the definition": built.sources });
  await writeSet(folder, files);
  terminal.out(listing(folder, files));
  terminal.out(summary(built.manifest));
  if (time) terminal.out(timeTable(times));
  for (const warning of built.warnings) terminal.note(`warning: ${warning}`);
}

type Times = [pass: string, milliseconds: number][];

/** A line for each pass, in the order in which they ran first, and one for all of them. */
function timeTable(times: Times): string {
  const sums = new Map<string, { readonly runs: number; readonly milliseconds: number }>();
  for (const [pass, milliseconds] of times) {
    const known = sums.get(pass) ?? { runs: 0, milliseconds: 0 };
    sums.set(pass, { runs: known.runs + 1, milliseconds: known.milliseconds + milliseconds });
  }
  const total = times.reduce((sum, [, milliseconds]) => sum + milliseconds, 0);
  const rows = [...sums].map(([pass, { runs, milliseconds }]) => [pass, runs > 1 ? `${runs} times` : "", `${milliseconds.toFixed(1)} ms`]);
  return `\n${alignColumns([...rows, ["all passes", "", `${total.toFixed(1)} ms`]], [2])}`;
}

const elements = (slots: Manifest["variables"]): number =>
  slots.reduce((sum, { shape }) => sum + shape.reduce((product, extent) => product * extent, 1), 0);

/** The files in a folder, with their sizes. */
export const listing = (folder: string, files: Files): string =>
  `\n${folder}/\n${alignColumns(
    Object.entries(files).map(([name, content]) => [name, formatBytes(Buffer.byteLength(content))]),
    [1],
  )}`;

const shared = new Set<string>(["init", "evaluate.finish"] satisfies EntryName[]);

/** Entry points, numbers to train, optimizer and memory of a module. */
function summary({ entries, variables, optimizer, capacity, bytes }: Manifest): string {
  const steps = [undefined, ...gamesOf(entries)].map((game) => entryNamed(entries, entryOf("step", game)));
  const written = new Set(steps.flatMap((step) => step?.updates ?? []));
  const parameters = variables.filter(({ role }) => role === "parameter");
  const [all, trained] = [parameters, parameters.filter(({ name }) => written.has(name))].map(elements) as [number, number];
  const rows = Object.values(capacity)[0];
  const lines = [
    [
      "entry points",
      entries
        .map(({ name }) => name)
        .filter((name) => !shared.has(name))
        .join(", "),
    ],
    ["parameters", `${trained.toLocaleString("en")}${trained < all ? ` of ${all.toLocaleString("en")}` : ""} to train`],
    ["optimizer", optimizer ?? "none"],
    ...(rows === undefined ? [] : [["rows a step", `at most ${rows}`]]),
    ["memory", `${formatBytes(bytes)} at run time`],
  ];
  return `\n${alignColumns(lines)}`;
}
