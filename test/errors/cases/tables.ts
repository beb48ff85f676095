// Mistakes in CSV files, and in what is said of their columns.
import { command, definitionFile, type ErrorCase, file, folder } from "../error-case.ts";

const definition = definitionFile(`export default model("flower", { x: f32("batch", 2), kind: i32("batch") }, ({ x, kind }) => {
  const logits = nn.linear(x, 2);
  return { outputs: { logits }, loss: losses.crossEntropy(logits, kind) };
});
`);
const two = definitionFile(
  `export default model("two", { a: f32("batch", 1), b: f32("batch", 1) }, ({ a, b }) => ({ outputs: { out: ops.add(a, b) }, loss: ops.mean(ops.mul(nn.linear(a, 1), b)) }));\n`,
);

const choice = definitionFile(`export default model("choice", { x: f32("batch", 2), y: f32("batch", 1) }, ({ x, y }) => {
  const z = nn.linear(x, 1);
  return { outputs: { z }, loss: losses.bceWithLogits(z, y) };
});
`);

const good = "length,width,species\n1,2,iris\n3,4,rose\n";

let building: Promise<unknown> | undefined;

/** The module of the definition, built once. */
async function flower(): Promise<string> {
  building ??= command(["build", definition, "-o", folder]);
  await building;
  return `${folder}/flower.wasm`;
}

/** Trains on a table with this text. */
const training =
  (text: string | Uint8Array, args: readonly string[] = ["--target", "species"], path?: string): (() => Promise<unknown>) =>
  async () =>
    command(["train", path ?? (await flower()), "--data", file("flowers.csv", text), "-o", folder, "--epochs", "1", ...args]);

/** Trains, then predicts for a table with this text. */
const predicting = (text: string) => async () => {
  await training(good)();
  return command(["predict", `${folder}/flower.trained.wasm`, "--data", file("new.csv", text)]);
};

export const tableCases: readonly ErrorCase[] = [
  {
    code: "csv-malformed",
    did: "A quote is opened and never closed.",
    advice: "Close it, or write a quote inside of quotes twice.",
    run: training('length,width,species\n1,2,"iris\n3,4,rose\n'),
  },
  {
    code: "csv-malformed",
    did: "A closing quote is followed by more than a separator.",
    advice: "Write a quote inside of quotes twice.",
    run: training('length,width,species\n1,2,"iris" blue\n'),
  },
  {
    code: "csv-malformed",
    did: "A file of JSON rows was cut off.",
    advice: "Download it again.",
    run: training('[{"length": 1, "width": 2, "species": "iris"},\n{"length": 3, "wid'),
  },
  {
    code: "csv-malformed",
    did: "The table was saved as Latin-1.",
    advice: "Save it as UTF-8.",
    run: training(Buffer.from("length,width,species\n1,2,Märzveilchen\n", "latin1")),
  },
  {
    code: "csv-malformed",
    did: "A row of JSON has a key twice.",
    advice: "Leave one of the two out.",
    run: training('{"length": 1, "width": 2, "species": "iris", "width": 3}\n'),
  },
  {
    code: "csv-malformed",
    did: "Between two rows of a JSON list there is no comma.",
    advice: "Write one, or a row a line and no list.",
    run: training('[{"length": 1, "width": 2, "species": "iris"}\n{"length": 3, "width": 4, "species": "rose"}]\n'),
  },
  {
    code: "csv-malformed",
    did: "The table is compressed.",
    advice: "Unpack it.",
    run: training(Buffer.of(0x1f, 0x8b, 8, 0)),
  },
  {
    code: "csv-malformed",
    did: "The table is a spreadsheet.",
    advice: "Export it as CSV.",
    run: training(Buffer.from("PK\u0003\u0004\u0014\u0000\u0006\u0000[Content_Types].xml")),
  },
  {
    code: "csv-malformed",
    did: "A web page was saved in place of the table.",
    advice: "Download the file itself.",
    run: training("<!doctype html>\n<title>Iris</title>\n"),
  },
  {
    code: "csv-empty",
    did: "The file holds nothing.",
    advice: "Save the table again.",
    run: training(""),
  },
  {
    code: "csv-empty",
    did: "The file has a header and nothing else.",
    advice: "Add rows.",
    run: training("length,width,species\n"),
  },
  {
    code: "csv-header",
    did: "Two columns have one name, and an input would take both.",
    advice: "Give every column a name of its own in the first line, or leave them out.",
    run: training("length,length,species\n1,2,iris\n"),
  },
  {
    code: "csv-header",
    did: "The table has no header.",
    advice: "Add one, or say so and name columns by their places.",
    run: training("0,0,1\n1,2,0\n", ["--target", "0"]),
  },
  {
    code: "csv-ragged",
    did: "A row has a cell too few.",
    advice: "Add the cell, or put a cell with a comma in quotes.",
    run: training("length,width,species\n1,2,iris\n3,rose\n"),
  },
  {
    code: "csv-missing",
    did: "A cell that the model needs is empty.",
    advice: "Say what becomes of it: gradc guesses nothing.",
    run: training("length,width,species\n1,,iris\n3,4,rose\n,2,rose\n"),
  },
  {
    code: "csv-missing",
    did: "A class is called NA, which means a missing cell.",
    advice: "Give it another name in the table.",
    run: training("length,width,species\n1,2,iris\n3,4,NA\n"),
  },
  {
    code: "csv-missing",
    did: "Rows with a missing cell are to be left out, and there are no others.",
    advice: "Leave the column out that lacks most.",
    run: training("length,width,species\n1,,iris\n3,,rose\n", ["--target", "species", "--missing", "drop"]),
  },
  {
    code: "csv-missing",
    did: "A column holds nothing, so that it has no mean.",
    advice: "Leave it out.",
    run: training("length,width,species\n1,,iris\n3,,rose\n", ["--target", "species", "--missing", "mean"]),
  },
  {
    code: "csv-no-fill",
    did: "A model that was trained on a table without gaps is to fill some in.",
    advice: "Train it so, or leave the rows out.",
    run: async () => {
      await training(good)();
      return command(["predict", `${folder}/flower.trained.wasm`, "--data", file("new.csv", "length,width\n1,\n"), "--missing", "mean"]);
    },
  },
  {
    code: "csv-not-a-number",
    did: "A column of numbers has a text in it.",
    advice: "Write a number, with a point and without a unit.",
    run: training("length,width,species\n1,2cm,iris\n3,4,rose\n4,5,rose\n"),
  },
  {
    code: "csv-not-a-number",
    did: "A column of numbers holds dates.",
    advice: "Write numbers, or leave the column out.",
    run: training("length,width,species\n2024-01-05,2,iris\n2024-01-06,4,rose\n"),
  },
  {
    code: "csv-not-a-number",
    did: "A column of categories goes to an input of numbers.",
    advice: "Make a column of 0 and 1 for each category, and the input as wide, or leave the column out.",
    run: training("length,soil,species\n1,clay,iris\n3,sand,rose\n2,clay,rose\n"),
  },
  {
    code: "csv-not-a-number",
    did: "Thousands are set apart.",
    advice: "Write 1234.",
    run: training('length,width,species\n"1,234",2,iris\n3,4,rose\n'),
  },
  {
    code: "csv-one-hot",
    did: "Classes of the target are to become columns of 0 and 1.",
    advice: "Leave the option out: they are numbered.",
    run: training(good, ["--target", "species", "--one-hot", "species"]),
  },
  {
    code: "csv-too-large",
    did: "A number is larger than any f32.",
    advice: "Use another unit.",
    run: training("length,width,species\n1,2e300,iris\n3,4,rose\n"),
  },
  {
    code: "csv-range",
    did: "The column of the target has more classes than the model has outputs.",
    advice: "Give the model an output for each class, or clean the labels.",
    run: training("length,width,species\n1,2,iris\n3,4,rose\n5,6,Rose\n"),
  },
  {
    code: "csv-range",
    did: "Classes are numbered, and there are more than the model has outputs.",
    advice: "Give the model an output for each class, or clean the labels.",
    run: training("length,width,species\n1,2,1\n3,4,2\n5,6,3\n"),
  },
  {
    code: "csv-range",
    did: "The labels of a yes or no are 1 and 2.",
    advice: "Write 0 and 1, or two texts.",
    run: training("length,width,y\n1,2,1\n3,4,2\n", ["--target", "y"], choice),
  },
  {
    code: "csv-not-whole",
    did: "A column of classes has a fraction in it.",
    advice: "Number classes from 0, or give them names.",
    run: training("length,width,species\n1,2,0\n3,4,1.5\n"),
  },
  {
    code: "csv-unknown-class",
    did: "A model that knows two classes is trained further on a third.",
    advice: "Train a new model on all classes.",
    run: async () => {
      await training(good)();
      return training("length,width,species\n1,2,iris\n3,4,tulip\n", ["--target", "species", "--resume", "--epochs", "2"])();
    },
  },
  {
    code: "csv-no-column",
    did: "The name of a column is mistyped.",
    advice: "Use the name that the message suggests.",
    run: training(good, ["--target", "specie"]),
  },
  {
    code: "csv-no-column",
    did: "A table to predict from lacks a column that the model was trained on.",
    advice: "Add the column; the order does not matter.",
    run: predicting("length,species\n1,iris\n"),
  },
  {
    code: "csv-no-columns",
    did: "It was not said which column is the target.",
    advice: "Name it with `--target`.",
    run: training(good, []),
  },
  {
    code: "csv-no-input",
    did: "The columns of the target were named twice, in two ways.",
    advice: "Leave one of the two options out.",
    run: training(good, ["--target", "species", "--input", "kind=width"]),
  },
  {
    code: "unknown-input",
    did: "An input that the model does not have was given columns.",
    advice: "Use the name that the message suggests.",
    run: training(good, ["--target", "species", "--input", "z=length,width"]),
  },
  {
    code: "csv-unclear",
    did: "A model has several inputs, and no column has the name of one.",
    advice: "Say for each input which columns it takes.",
    run: training(good, [], two),
  },
  {
    code: "csv-width",
    did: "The table has a column that the model has no place for.",
    advice: "Name the columns with `--input`, or change the width in the definition.",
    run: training("id,length,width,species\n7,1,2,iris\n8,3,4,rose\n"),
  },
  {
    code: "no-probabilities",
    did: "A model of prices is asked for probabilities.",
    advice: "Leave the option out.",
    run: async () => {
      await command(["build", two, "-o", folder]);
      return command(["predict", `${folder}/two.wasm`, "--data", file("new.csv", "a,b\n1,2\n"), "--probabilities"]);
    },
  },
  {
    code: "csv-twice",
    did: "A column was named twice.",
    advice: "Name every column once.",
    run: training(good, ["--input", "x=length,length", "--target", "species"]),
  },
];
