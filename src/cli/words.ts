// Values as words of the command line, which its options read back.
import type { InvalidArgumentError } from "commander";

/** Names or paths that commas part, as `names` reads them: one with a comma or a quote, or with blanks around it, stands in quotes. */
export const listText = (all: readonly string[]): string =>
  all.map((name) => (/[",]|^\s|\s$/.test(name) ? `"${name.replaceAll('"', '""')}"` : name)).join(",");

/** The words that give an option a value, one for each use of it; undefined for what no words give. */
export function wordsOf(value: unknown): string[] | undefined {
  if (typeof value === "string" || typeof value === "number") return [value === "\t" ? "tab" : String(value)];
  if (Array.isArray(value)) return value.every((each) => typeof each === "string") ? [listText(value)] : undefined;
  if (typeof value !== "object" || value === null) return undefined;
  const pairs = Object.entries(value).map(([name, columns]) => [name, Array.isArray(columns) ? wordsOf(columns)?.[0] : columns]);
  return pairs.every(([, columns]) => typeof columns === "string") ? pairs.map((pair) => pair.join("=")) : undefined;
}

/** What an option takes, by its message about a word that it does not. */
export const expectedBy = ({ message }: InvalidArgumentError): string =>
  message
    .replace(/^It must be /, "")
    .replace(/^Allowed choices are/, "one of")
    .replace(/\.$/, "");
