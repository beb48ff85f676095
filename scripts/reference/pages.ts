// The pages of `docs/reference/`: one for each entry of the package, one for each family of functions, one for the command line.
import { fileURLToPath } from "node:url";
import type { Command, Option } from "commander";
import { Project } from "ts-morph";
import { program } from "../../src/cli/run.ts";
import { codeIn } from "./code.ts";
import { type Described, exportsOf } from "./exports.ts";
import { byFamily, type Family } from "./families.ts";
import { formulaExamples } from "./formulas.ts";
import { trainingExamples } from "./training.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** The entries of the package by page, and the sentence that each page begins with. */
const entries: Readonly<Record<string, { readonly specifier: string; readonly path: string; readonly about: string }>> = {
  gradc: {
    specifier: "gradc",
    path: "src/index.ts",
    about: "The language that networks are declared in. Examples are as gradc prints them; `g` is `∂loss/∂z`, the gradient by the result.",
  },
  compiler: { specifier: "gradc/compiler", path: "src/compile.ts", about: "From a definition to a module, its formulas and its reference values." },
  runtime: { specifier: "gradc/runtime", path: "runtime/index.ts", about: "Loads, trains and runs a module, in Node or in a page." },
  data: {
    specifier: "gradc/data",
    path: "data/index.ts",
    about:
      "Files and arrays as named columns, rows and batches, in Node or in a page. Values are never scaled: `nn.standardize` of the model does that.",
  },
  augment: {
    specifier: "gradc/augment",
    path: "augment/index.ts",
    about:
      "Images, and rows of tables, changed at random, in Node or in a page. The pixels are those of torchvision 0.14's functions of tensors by the same names.",
  },
  checkpoint: {
    specifier: "gradc/checkpoint",
    path: "checkpoint/index.node.ts",
    about:
      "Files of tensors, weights from PyTorch and back, and checkpoints of trainings. `save` and `open` are for Node; all else is for pages too.",
  },
  tensorboard: {
    specifier: "gradc/tensorboard",
    path: "tensorboard/index.ts",
    about: "Event files, which TensorBoard shows, in Node or as bytes in a page.",
  },
};

function section({ name, code, text, settings, notes }: Described): string {
  const words = [text, settings.join("\n"), ...notes].filter((each) => each !== "");
  return `### ${name}\n\n\`\`\`ts\n${code}\n\`\`\`\n\n${words.join("\n\n")}`.trimEnd();
}

const titles: Readonly<Record<Described["kind"], string>> = { function: "Functions", value: "Values", type: "Types" };

/** Exports under headings: functions, values, then types. */
function grouped(all: readonly Described[]): string {
  const groups = Object.entries(titles).map(([kind, title]) => ({ title, members: all.filter((each) => each.kind === kind) }));
  const filled = groups.filter(({ members }) => members.length > 0);
  return filled.map(({ title, members }) => `## ${title}\n\n${members.map(section).join("\n\n")}`).join("\n\n");
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

/** `pack`, and `augment show` of a command in another. */
const nameOf = (command: Command): string => (command.parent?.parent ? `${nameOf(command.parent)} ${command.name()}` : command.name());

function commandSection(command: Command): string {
  const args = command.registeredArguments.map((argument) => (argument.required ? `<${argument.name()}>` : `[${argument.name()}]`));
  const options = command.options.filter(({ hidden }) => !hidden).map(optionLine);
  const table = options.length > 0 ? `\n\n| option | meaning |\n|---|---|\n${options.join("\n")}` : "";
  const examples = examplesOf(command);
  return `## gradc ${nameOf(command)} ${args.join(" ")}\n\n${command.description()}${table}${examples && `\n\n\`\`\`sh\n${examples}\n\`\`\``}`;
}

function commandPage(): string {
  const silent = { out: () => undefined, note: () => undefined, isWatched: false } as never;
  const runnable = program(silent).commands.flatMap((command) => (command.commands.length > 0 ? command.commands : [command]));
  return `# The command line\n\n${program(silent).description()}\n\n${note}\n\n${runnable.map(commandSection).join("\n\n")}\n`;
}

const linkOf = ({ name, about }: Family): string => `- [${name}](${name}.md) · ${about}`;

/** The page of an entry and those of its families, by name. */
function entryPages(
  page: string,
  { specifier, about }: { readonly specifier: string; readonly about: string },
  all: readonly Described[],
): string[][] {
  const { families, rest } = byFamily(all);
  const links = families.length > 0 ? `## Families\n\n${families.map(linkOf).join("\n")}\n\n` : "";
  const own = families.map((family) => {
    const head = `# ${specifier}: ${family.name}\n\n${family.about}\n\n${note}`;
    return [family.name, `${head}\n\n${grouped(family.members)}\n`];
  });
  return [[page, `# ${specifier}\n\n${about}\n\n${note}\n\n${links}${grouped(rest)}\n`], ...own];
}

async function withExamples(each: Described, codes: ReadonlyMap<string, string>): Promise<Described> {
  return { ...each, notes: [...each.notes, ...(await formulaExamples(each, codes)), ...(await trainingExamples(each, codes))] };
}

/** The text of every page by its name. */
export async function referencePages(): Promise<Record<string, string>> {
  const project = new Project({ tsConfigFilePath: `${root}/tsconfig.json`, skipAddingFilesFromTsConfig: true });
  const files = Object.entries(entries).map(([page, entry]) => [page, entry, project.addSourceFileAtPath(`${root}/${entry.path}`)] as const);
  const codes = codeIn(project.addSourceFilesAtPaths(`${root}/scripts/reference/examples/*.ts`));
  project.resolveSourceFileDependencies();
  const pages = files.map(async ([page, entry, file]) =>
    entryPages(page, entry, await Promise.all(exportsOf(file).map((each) => withExamples(each, codes)))),
  );
  return { ...Object.fromEntries((await Promise.all(pages)).flat()), "command-line": commandPage() };
}
