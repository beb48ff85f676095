// Opens a table, whatever it is written as.
import { type CsvOptions, openCsv } from "./csv.ts";
import { beginsAsJson, openJson } from "./json.ts";
import { bytesOf, type TableSource } from "./source.ts";
import type { OpenTable } from "./table.ts";
import { openTexts } from "./text.ts";

/** Opens separated values or rows of JSON, as the name or the beginning says. @throws GradcError `cannot-read`, and those of `openCsv` and `openJson` */
export async function openTable(source: TableSource, options: CsvOptions = {}): Promise<OpenTable> {
  const texts = await openTexts(bytesOf(source));
  const isJson = /\.(json|jsonl|ndjson)$/i.test(texts.name) || beginsAsJson(texts.head);
  return isJson ? openJson(texts) : openCsv(texts, options);
}
