// The pages of the examples.
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Verdict, verdictsOn } from "./compare.ts";
import { subjectsOf } from "./harness.ts";

const root = fileURLToPath(new URL("../../examples/", import.meta.url));
const ending = ".model.ts";

/** Examples that take seconds, which `npm run read` reads and no test. */
export const long: readonly string[] = ["autoencoder/autoencoder", "char-gru/char", "digits/cnn", "pendulum/pendulum", "tiny-gpt/gpt"];

export const examples: readonly string[] = readdirSync(root, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(ending))
  .map((path) => path.slice(0, -ending.length))
  .sort();

/** The definition file of an example. */
export const pathOf = (path: string): string => root + path + ending;

/** The verdicts on the page of an example as it is derived, and on that as it runs. */
export async function verdictsOnExample(path: string): Promise<Verdict[][]> {
  return (await subjectsOf(pathOf(path))).map((page) => verdictsOn(page));
}
