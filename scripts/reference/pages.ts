// The pages of `docs/reference/`: one for each entry of the package, one for the command line.
import { fileURLToPath } from "node:url";
import type { Command, Option } from "commander";
import { Project } from "ts-morph";
import { program } from "../../src/cli/run.ts";
import { type Described, exportsOf } from "./exports.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** The entries of the package by page, and the sentence that each page begins with. */
const entries: Readonly<Record<string, { readonly specifier: string; readonly path: string; readonly about: string }>> = {
  gradc: {
    specifier: "gradc",
    path: "src/index.ts",
    about: "The language that networks are declared in. Layers and activations (`nn.*`) take `{ name }` beside their other settings.",
  },
  compiler: { specifier: "gradc/compiler", path: "src/compile.ts", about: "From a definition to a module, its formulas and its reference values." },
  runtime: { specifier: "gradc/runtime", path: "runtime/index.ts", about: "Loads, trains and runs a module, in Node or in a page." },
  data: { specifier: "gradc/data", path: "data/index.ts", about: "Tables as named columns, in Node or in a page." },
};

function section({ name, code, text, settings, notes }: Described): string {
  const words = [text, settings.join("\n"), ...notes].filter((each) => each !== "");
  return `### ${name}\n\n\`\`\`ts\n${code}\n\`\`\`\n\n${words.join("\n\n")}`.trimEnd();
}

const titles: Readonly<Record<Described["kind"], string>> = { function: "Functions", value: "Values", type: "Types" };

/** Exports under headings: functions and values of the entry itself, each namespace, then types. */
function grouped(all: readonly Described[]): string {
  const spaceOf = ({ name }: Described) => (name.includes(".") ? (name.split(".")[0] as string) : undefined);
  const groups = new Map<string, Described[]>();
  const order = (each: Described) => (each.kind === "type" ? titles.type : (spaceOf(each) ?? titles[each.kind]));
  for (const each of all) groups.set(order(each), [...(groups.get(order(each)) ?? []), each]);
  const types = groups.get(titles.type);
  groups.delete(titles.type);
  const named = [...groups, ...(types ? [[titles.type, types] as const] : [])];
  return named.map(([title, list]) => `## ${title}\n\n${list.map(section).join("\n\n")}`).join("\n\n");
}

const note = "Written by `npm run golden` from the doc comments of the sources.";

const optionLine = ({ flags, description, mandatory, defaultValue, argChoices }: Option): string => {
  const more = [
    ...(mandatory ? ["required"] : []),
    ...(argChoices ? [argChoices.join(", ")] : []),
    ...(defaultValue === undefined || defaultValue === false ? [] : [`default ${JSON.stringify(defaultValue)}`]),
  ];
  return `| \`${flags.replaceAll("|", "\\|")}\` | ${description.replaceAll("|", "\\|")}${more.length > 0 ? ` (${more.join("; ")})` : ""} |`;
};

/** The lines that a command's help ends with. */
function examplesOf(command: Command): string {
  let text = "";
  command.configureOutput({ writeOut: (part) => (text += part) });
  command.outputHelp();
  return [...text.matchAll(/^ {2}(gradc .*)$/gm)].map(([, line]) => line).join("\n");
}

function commandSection(command: Command): string {
  const args = command.registeredArguments.map((argument) => (argument.required ? `<${argument.name()}>` : `[${argument.name()}]`));
  const options = command.options.filter(({ hidden }) => !hidden).map(optionLine);
  const table = options.length > 0 ? `\n\n| option | meaning |\n|---|---|\n${options.join("\n")}` : "";
  const examples = examplesOf(command);
  return `## gradc ${command.name()} ${args.join(" ")}\n\n${command.description()}${table}${examples && `\n\n\`\`\`sh\n${examples}\n\`\`\``}`;
}

function commandPage(): string {
  const silent = { out: () => undefined, note: () => undefined, isWatched: false } as never;
  return `# The command line\n\n${program(silent).description()}\n\n${note}\n\n${program(silent).commands.map(commandSection).join("\n\n")}\n`;
}

/** The text of every page by its name. */
export function referencePages(): Record<string, string> {
  const project = new Project({ tsConfigFilePath: `${root}/tsconfig.json`, skipAddingFilesFromTsConfig: true });
  const files = Object.entries(entries).map(([page, entry]) => [page, entry, project.addSourceFileAtPath(`${root}/${entry.path}`)] as const);
  project.resolveSourceFileDependencies();
  const pages = files.map(([page, { specifier, about }, file]) => [page, `# ${specifier}\n\n${about}\n\n${note}\n\n${grouped(exportsOf(file))}\n`]);
  return { ...Object.fromEntries(pages), "command-line": commandPage() };
}
