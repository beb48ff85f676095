// Options that several commands have.
import { type Command, Option } from "commander";
import { missingPolicies } from "../../../data/missing.ts";
import { delimiter, inputColumns, moreNames, path, wholeFrom } from "../options.ts";

export const example = (text: string) => `\nExample:\n  ${text}`;
export const modelOption = () => new Option("--model <name>", "named export of the definition (default: its default export)");
export const folderOption = () => new Option("-o, --out <folder>", "where files go (default: out beside the model)").argParser(path);
export const batchOption = (usual: number) => new Option("--batch <n>", `most rows of one step (default: ${usual})`).argParser(wholeFrom(1));
export const allowOption = () => new Option("--allow <codes>", "warnings to leave out, by the codes that they end with").argParser(moreNames);
export const standaloneOption = () => new Option("--standalone", "put the runtime into NAME.js, which then needs no package");

/** Options of a command that reads a table. */
export function addTableOptions(command: Command): Command {
  return command
    .option("--input <name=columns>", 'columns of one input; a name with a comma stands in quotes: x="a, b",c', inputColumns)
    .option("--ignore <columns>", "columns to leave out", moreNames)
    .addOption(new Option("--missing <what>", "missing cells: an error, or leave the row out, or fill in what is usual").choices(missingPolicies))
    .option("--delimiter <character>", "what separates columns, also tab or space (default: recognised)", delimiter)
    .addOption(new Option("--decimal <character>", "the decimal point (default: recognised)").choices([".", ","]))
    .option("--no-header", "the first line holds data, not names: the columns are called c1, c2, ..");
}
