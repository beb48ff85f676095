// What is added to commander's own messages: what a mistyped option or an argument in another's place was meant to be.
import type { Command } from "commander";
import { notATable } from "../../compiler/diagnostics/commands.ts";
import { meant } from "../synonyms.ts";

/** A message of commander about a mistake in the arguments of `command`, with what helps. */
export function explainMistake(text: string, command: Command): string {
  const [, flag] = /unknown option '(--[\w-]+)/.exec(text) ?? [];
  if (flag !== undefined) return withOption(text, flag, command);
  if (/required option '--data|too many arguments/.test(text)) return withArguments(text, command);
  return text;
}

/** Names the option that `flag` means, here or in other tools. */
function withOption(text: string, flag: string, command: Command): string {
  const options = new Map(command.options.map((option) => [option.attributeName(), option.long ?? option.flags]));
  const name = meant(flag.slice(2), [...options.keys()]);
  if (name === undefined) return text;
  return `${text.replace(/\s*\(Did you mean [\s\S]*/, "").trimEnd()}\n(Did you mean ${options.get(name)}?)`;
}

const tablePattern = /\.(csv|tsv|txt|jsonl?|ndjson)$/i;

/** Shows the command with the table as `--data`, where it stands among the arguments. */
function withArguments(text: string, command: Command): string {
  const table = command.args.find((argument) => tablePattern.test(argument));
  const takesTable = command.options.some(({ long }) => long === "--data");
  if (table === undefined || !takesTable) return text;
  const [argument] = command.registeredArguments;
  const model = command.args.find((other) => other !== table) ?? argument?.name().toUpperCase() ?? "";
  return `${text.trimEnd()}\n  help: gradc ${command.name()} ${model} --data ${table}`;
}

const otherFiles: readonly (readonly [ending: RegExp, content: string])[] = [
  [/\.[mc]?[jt]sx?$/, "a definition"],
  [/\.wasm$/, "a compiled module"],
  [/\.safetensors$/, "weights"],
];

/** Refuses a file that is no table as the data of a command; where the model is one, they are the wrong way round. @throws GradcError `not-a-table` */
export function checkTable(command: string, model: string, data: string): void {
  const [, content] = otherFiles.find(([ending]) => ending.test(data)) ?? [];
  if (content === undefined) return;
  throw notATable(
    data,
    content,
    tablePattern.test(model) ? `the other way round: gradc ${command} ${data} --data ${model}` : "--data takes a CSV file",
  );
}
