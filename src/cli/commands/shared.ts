// Options that several commands have.
import { type Command, Option } from "commander";
import { missingPolicies } from "../../../data/missing.ts";
import { amount, delimiter, inputColumns, moreNames, optimizerOption, path, positive, wholeFrom } from "../options.ts";

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

const trainingData =
  "the table: a CSV file with a header, rows of JSON, or Parquet; arrays: .npz, image=a.gz,label=b.gz of NumPy or IDX files, or a folder of pictures by class";

/** Options of a command that trains on a table or on arrays. */
export function addTrainingOptions(command: Command): Command {
  return addTableOptions(command)
    .option("--data <file>", trainingData)
    .option("--config <file>", "a file of these options, by their names in camelCase (default: gradc.config.ts here, where no model is given)", path)
    .addOption(folderOption())
    .addOption(modelOption())
    .option("--target <columns>", "columns that the loss compares with", moreNames)
    .option("--one-hot <columns>", "columns of texts that become a 0/1 column for each of their categories", moreNames)
    .addOption(batchOption(32))
    .addOption(optimizerOption())
    .option("--weight-decay <x>", "weight decay of the optimizer", amount)
    .option("--clip <norm>", "largest norm of the gradients of a step", positive)
    .option("--freeze <globs>", "parameters that training leaves as they are; * stands for any characters", moreNames)
    .addOption(allowOption());
}
