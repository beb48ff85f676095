// What the commands say: of files, checks and trainings.
import { GradcError } from "../../runtime/error.ts";
import { shown } from "./settings.ts";

/** Files that belong together and of which a failure left some new and some old. */
export const partlyWritten = (written: readonly string[], missing: readonly string[], cause?: unknown): GradcError =>
  new GradcError(
    "partly-written",
    `A run was ended while it wrote files that belong together\n  new  ${written.join(", ")}\n  old  ${missing.join(", ")}`,
    {
      help: "build or train again, which writes all",
      cause,
    },
  );

/** The warning about weights that fit a module beside them in which they were not trained. */
export const otherBuild = (weights: string, module: string): string =>
  `warning: "${weights}" was trained in another build than "${module}"\n  help: where the model has changed since, train again`;

/** Something that a definition knows and a compiled module does not. */
export const notInModule = (what: string): GradcError =>
  new GradcError("not-in-module", `A compiled module does not hold ${what}`, { help: "inspect the definition, a .ts file" });

/** Values that two ways of computing them do not agree on. */
export const checkFailed = (faults: readonly string[]): GradcError =>
  new GradcError("check-failed", `${faults.length === 1 ? "One value does" : `${faults.length} values do`} not agree\n  ${faults.join("\n  ")}`);

/** Claims of a file or values of a function that are wrong or cannot be read, by their lines or names. */
export const claimsFailed = (faults: readonly string[], of: number): GradcError =>
  new GradcError("check-failed", `${faults.length} of ${of} ${of === 1 ? "claim does" : "claims do"} not hold: ${faults.join(", ")}`);

/** Something to train by turns, in an order that a table does not say. */
export const trainsGames = (model: string): GradcError =>
  new GradcError("unknown-game", `Cannot train "${model}" on a table: it has games, which take turns`, {
    help: "write a program of net.step(inputs, { game }) for each turn",
  });

/** A file that should hold JSON. */
export const notJson = (path: string, cause: unknown): GradcError =>
  new GradcError("not-json", `Cannot read "${path}" as JSON: ${(cause as Error).message}`, { cause });

/** A file of JSON that holds no values of inputs. */
export const notInputs = (path: string, got: string): GradcError =>
  new GradcError("not-json", `"${path}" holds no inputs\n  got       ${got}\n  expected  values by name, such as {"x": [[1, 2]], "y": [[3]]}`);

/** An option that means nothing without another. */
export const missingOption = (option: string, purpose: string, help: string): GradcError =>
  new GradcError("missing-option", `"${option}" is for ${purpose}`, { help });

/** An option that changes the step of a compiled module. */
export const compiledStep = (option: string): GradcError =>
  new GradcError("compiled-in", `A compiled module holds its step, which "${option}" cannot change`, { help: "train the definition, a .ts file" });

/** A file that is no table, by its ending. */
export const notATable = (path: string, content: string, help: string): GradcError =>
  new GradcError("not-a-table", `Cannot read "${path}" as a table: it is ${content}`, { help });

/** A file that is no image, or none that can be read. */
export const notAnImage = (path: string, reason: string, cause?: unknown): GradcError =>
  new GradcError("not-an-image", `Cannot read "${path}" as an image: ${reason}`, { help: "PNG and JPEG files are read", cause });

/** A folder without images. */
export const noImages = (folder: string): GradcError =>
  new GradcError("no-images", `No images in "${folder}"`, { help: "PNG and JPEG files are read, those of folders in it too" });

/** A training that Ctrl-C ended, so many steps after the begin of an epoch. */
export const interrupted = ({ epoch, step }: { readonly epoch: number; readonly step: number }, epochs: number): GradcError => {
  const rest = step > 0 ? ` and ${step} ${step === 1 ? "step" : "steps"} of the next` : "";
  const message = `Interrupted after ${epoch - 1} of ${epochs} epochs${rest}; the weights so far are saved`;
  return new GradcError("interrupted", message, { help: "--resume goes on from there" });
};

/** A training that is to go on with other columns than it had. */
export const otherColumns = (input: string, before: readonly string[], now: readonly string[], table: string): GradcError =>
  new GradcError(
    "other-columns",
    `Cannot go on with other columns than before\n  before  ${input} ← ${before.join(", ") || "none"}\n  now     ${input} ← ${now.join(", ") || "none"}`,
    { at: table, help: `the columns of before; --input ${input}=... where they have other names now, or a new training that begins with --weights` },
  );

/** What is said of a training that goes on with other rows than it had. */
export function otherRows(table: string, before: number, now: number): string {
  const counts = before === now ? `as many, ${now}` : `${now}, not ${before}`;
  return `note: "${table}" has other rows than the training had until now (${counts}): the choice of those that are held out is another\n  help: the table of before, or a new training that begins with --weights`;
}

/** What is said of a training that goes on and holds out another share of its rows: of one order, those that come first. */
export function otherShare(before: number, now: number): string {
  const change = `--validation is ${now}, and was ${before} until now`;
  const help = `\n  help: --validation ${before} as before, or a new training that begins with --weights`;
  return now > before
    ? `warning: ${change}: rows that were trained on are held out, whose figures look better than those of new rows${help}`
    : `note: ${change}: figures of held-out rows are of other rows than before${help}`;
}

/** What is said of a training that goes on and was given another seed. */
export const otherSeed = (kept: number, asked: number): string =>
  `note: --seed ${asked} is not taken: a training that goes on keeps its own, ${kept}, by which rows are held out\n  help: a new training that begins with --weights takes another`;

/** What is said of a training that goes on with another optimizer, batch or clip. */
export const otherSteps = (before: string, now: string): string =>
  `warning: steps are made with ${now}, and were with ${before} until now\n  help: the same options as before`;

/** The warning about a checkpoint that could not be written. */
export const notSaved = (epoch: number, { message }: Error): string =>
  `warning: the checkpoint of epoch ${epoch} is not saved, the one before stays: ${message}`;

/** What a training was asked to leave beside its weights and could not; it goes on. */
export const notReported = (what: string, { message }: Error): string => `warning: ${what} not written: ${message}`;

/** A checkpoint that has all the epochs that were asked for, and whose files are written. */
export const nothingToTrain = (checkpoint: string, epochs: number): GradcError =>
  new GradcError("nothing-to-train", `"${checkpoint}" has ${epochs} epochs already, and its files are written`, {
    help: `--epochs ${2 * epochs} adds ${epochs}`,
  });

/** A module that is to change rows, which worker threads cannot run. */
export const notAModuleOfRows = (path: string): GradcError =>
  new GradcError("not-runnable", `Cannot run "${path}" in worker threads: it is TypeScript`, {
    help: "a module of JavaScript, .js or .mjs, whose default export changes a row",
  });

/** A file of settings that exports none. */
export const notAConfig = (file: string, got: unknown): GradcError =>
  new GradcError("not-a-config", `"${file}" exports no settings as its default, but ${got === undefined ? "nothing" : shown(got)}`, {
    help: 'export default { definition: "housing.model.ts", data: "boston-housing.csv", target: "medv" } satisfies Config;',
  });

/** A setting in a file that its option does not take. */
export const badSetting = (file: string, name: string, value: unknown, expected: string): GradcError =>
  new GradcError("bad-setting", `Bad setting "${name}"\n  got       ${shown(value)}\n  expected  ${expected}`, { at: file });
