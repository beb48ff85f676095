// Settings of a command that stand in a file beside it.
import { existsSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import { type Command, InvalidArgumentError, type Option } from "commander";
import { badSetting, notAConfig } from "../../compiler/diagnostics/commands.ts";
import { inFile } from "../../compiler/diagnostics/places.ts";
import { unknownName } from "../../runtime/diagnostics.ts";
import { loadFile } from "../definition-file.ts";
import { readBytes } from "./files/read.ts";
import { path as pathOption } from "./options.ts";
import { expectedBy, listText, wordsOf } from "./words.ts";

/** The files that are looked for, in this order. */
const usualNames = ["gradc.config.ts", "gradc.config.js", "gradc.config.mjs"] as const;

/** The setting that is no option: the first argument. */
const definition = "definition";

type Settings = Readonly<Record<string, unknown>>;

/** A file of settings: its path, and what it exports. */
interface Config {
  readonly file: string;
  readonly settings: Settings;
}

/** Reads a file of settings. @throws GradcError `cannot-read`, `not-a-config`, and those of a definition that cannot be read */
async function readConfig(file: string): Promise<Config> {
  // What is missing is no definition.
  await readBytes(file);
  const { exports: all } = await loadFile(file);
  const settings: unknown = all.default;
  if (typeof settings !== "object" || settings === null || Array.isArray(settings) || settings instanceof Promise) throw notAConfig(file, settings);
  return { file, settings: settings as Settings };
}

/** A path beside a file of settings. */
const beside = (file: string, path: string): string => (isAbsolute(path) ? path : join(dirname(file), path));

/** A setting as its option reads it. @throws GradcError `bad-setting` */
function valueFor(option: Option, value: unknown, { file }: Config): unknown {
  const name = option.attributeName();
  const fail = (expected: string): never => {
    throw badSetting(file, name, value, expected);
  };
  if (option.isBoolean() || option.negate) return typeof value === "boolean" ? value : fail("true or false");
  const words = wordsOf(value) ?? fail("a text, a number, a list of texts, or texts by name");
  if (name === "data") return dataFor(words, value, file);
  if (name === "weights" || option.parseArg === pathOption) return beside(file, words.join());
  const { parseArg } = option;
  if (!parseArg) return words.length === 1 ? words[0] : fail("one text");
  try {
    return words.reduce<unknown>((before, word) => parseArg(word, before as never), undefined);
  } catch (error) {
    if (error instanceof InvalidArgumentError) fail(expectedBy(error));
    throw error;
  }
}

/** One path, or several by the names of their columns. */
function dataFor(words: readonly string[], value: unknown, file: string): string {
  if (typeof value === "string") return beside(file, value);
  return listText(words.map((word) => word.replace(/=(.*)/s, (_, path: string) => `=${beside(file, path)}`)));
}

/**
 * What a command was given and what its file of settings says beside, but for settings that are `leftOut`: `--config FILE`, or where no model is given
 * the usual file in this folder. Gives the model.
 * @throws GradcError `cannot-read`, `not-a-config`, `unknown-option`, `bad-setting`
 */
export async function withConfig(model: string | undefined, command: Command, leftOut: readonly string[] = []): Promise<string> {
  const named: string | undefined = command.opts().config;
  const file = named ?? (model === undefined ? usualNames.find((name) => existsSync(name)) : undefined);
  const given = file === undefined ? model : await configured(await readConfig(file), model, command, new Set(leftOut));
  if (given === undefined)
    return command.error(
      `error: missing required argument 'model'\n  help: gradc ${command.name()} MODEL --data FILE, or a gradc.config.ts in this folder`,
    );
  if (command.getOptionValue("data") === undefined) command.error("error: required option '--data <file>' not specified");
  return given;
}

async function configured(config: Config, model: string | undefined, command: Command, leftOut: ReadonlySet<string>): Promise<string | undefined> {
  const options = new Map(command.options.filter(({ long }) => long !== "--config").map((option) => [option.attributeName(), option]));
  for (const [name, value] of Object.entries(config.settings)) {
    if (name === definition || leftOut.has(name) || value === undefined) continue;
    const option = options.get(name);
    if (!option) throw inFile(unknownName("option", name, [definition, ...options.keys()]), config.file);
    if (command.getOptionValueSource(name) === "cli") continue;
    command.setOptionValueWithSource(name, valueFor(option, value, config), "config");
  }
  const own = config.settings[definition];
  if (own !== undefined && typeof own !== "string") throw badSetting(config.file, definition, own, "the path of a definition");
  return model ?? (own && beside(config.file, own));
}
