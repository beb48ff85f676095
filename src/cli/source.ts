// What `--data` names: a table, or arrays of rows.
import { open, readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { constants, gunzipSync } from "node:zlib";
import { missingOption } from "../../compiler/diagnostics/commands.ts";
import type { Arrays } from "../../data/arrays.ts";
import { csvTwice } from "../../data/diagnostics.ts";
import { fromFolder, fromIdx, fromNpy } from "../../data/index.ts";
import { openTable as openText } from "../../data/open.ts";
import { openParquetTable } from "../../data/sources/parquet.ts";
import { isPicture } from "../../data/sources/pictures.ts";
import type { OpenTable } from "../../data/table.ts";
import type { Manifest } from "../../runtime/index.ts";
import { fromFile } from "./files/read.ts";
import { names } from "./options.ts";
import type { TableOptions, TrainingTableOptions } from "./table-options.ts";

/** What is read. */
export type Source = { readonly table: OpenTable } | { readonly arrays: (manifest: Manifest) => Promise<Arrays> };

type SourceOptions = TableOptions & Pick<TrainingTableOptions, "oneHot">;

type Kind = "folder" | "parquet" | "numpy" | "idx" | "text";

const headBytes = 512;

/** The first bytes of a file, unpacked where they are compressed; none of what cannot be read. */
async function headOf(path: string): Promise<Uint8Array> {
  const file = await open(path).catch(() => undefined);
  if (!file) return new Uint8Array();
  try {
    const { buffer, bytesRead } = await file
      .read(new Uint8Array(headBytes), 0, headBytes, 0)
      .catch(() => ({ buffer: new Uint8Array(), bytesRead: 0 }));
    const head = buffer.subarray(0, bytesRead);
    return head[0] === 0x1f && head[1] === 0x8b ? gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH }) : head;
  } catch {
    // What is broken is told by who reads it.
    return new Uint8Array();
  } finally {
    await file.close();
  }
}

/** Whether some folder in a folder holds a picture. */
async function hasPictures(folder: string): Promise<boolean> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const inside = entries.filter((entry) => !entry.isFile()).map(({ name }) => readdir(join(folder, name)).catch(() => []));
  return (await Promise.all(inside)).some((names) => names.some(isPicture));
}

async function kindOf(path: string): Promise<Kind> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) return (await hasPictures(path)) ? "folder" : "text";
  // Reading from a pipe takes what it has.
  if (!found?.isFile()) return "text";
  const head = await headOf(path);
  const start = String.fromCharCode(...head.subarray(0, 6));
  if (start.startsWith("PAR1")) return "parquet";
  if (start === "\x93NUMPY" || (start.startsWith("PK\x03\x04") && path.endsWith(".npz"))) return "numpy";
  const [first, second, type = 0, axes = 0] = head;
  return first === 0 && second === 0 && type >= 8 && type <= 14 && axes >= 1 && axes <= 8 ? "idx" : "text";
}

/** The files of `image=a.gz,label=b.gz` by name, where a part with a comma stands in quotes; undefined for a path. @throws GradcError `csv-twice` */
function namedFiles(data: string): Record<string, string> | undefined {
  const pairs = names(data).map((part) => /^([^=]+)=(.+)$/.exec(part));
  if (pairs.length === 0 || pairs.some((pair) => !pair)) return undefined;
  const files = pairs.map((pair) => [pair?.[1]?.trim() ?? "", pair?.[2]?.trim() ?? ""] as const);
  const twice = files.find(([name], at) => files.findIndex(([other]) => other === name) < at);
  if (twice) throw csvTwice(twice[0]);
  return Object.fromEntries(files);
}

/** How many colours the pictures of a model have, where one of its inputs says it. */
function channelsOf({ inputs }: Manifest): 1 | 3 | undefined {
  const extents = inputs.flatMap(({ shape }) => (shape.length === 4 ? [shape[1], shape[3]] : []));
  if (extents.includes(3)) return 3;
  return extents.includes(1) || inputs.some(({ shape }) => shape.length === 3) ? 1 : undefined;
}

/** Options that say how a text is read. */
function refuseTextOptions({ data, delimiter, decimal, header, missing, oneHot }: SourceOptions): void {
  const given = {
    "--delimiter": delimiter,
    "--decimal": decimal,
    "--no-header": header === false || undefined,
    "--missing": missing,
    "--one-hot": oneHot,
  };
  const [option] = Object.entries(given).find(([, value]) => value !== undefined) ?? [];
  if (option !== undefined) throw missingOption(option, "tables of texts", `leave it out: "${data}" holds arrays`);
}

/**
 * Opens what `--data` names: a table of text or a Parquet file; a file of NumPy, an IDX file or several of them by the names of their columns; a folder
 * of pictures.
 * @throws GradcError `cannot-read`, `csv-malformed`, `bad-file`, `missing-option`
 */
export async function openSource(options: SourceOptions): Promise<Source> {
  const { data, delimiter, decimal, header } = options;
  const kind = await kindOf(data);
  const files = kind === "text" ? namedFiles(data) : undefined;
  const kinds = files && (await Promise.all(Object.values(files).map(kindOf)));
  if (kind === "parquet") return { table: await openParquetTable(data) };
  if (kind === "text" && !kinds?.every((each) => each === "numpy" || each === "idx"))
    return { table: await openText(data, { delimiter, decimal, header }) };
  refuseTextOptions(options);
  if (kind === "folder") return { arrays: async (manifest) => ({ name: data, dataset: await fromFolder(data, { channels: channelsOf(manifest) }) }) };
  const isIdx = kinds ? kinds[0] === "idx" : kind === "idx";
  const name = files
    ? Object.values(files)
        .map((path) => basename(path))
        .join(", ")
    : data;
  const dataset = await fromFile(name, () => (isIdx ? fromIdx(files ?? data) : fromNpy(files ?? data)));
  return { arrays: async () => ({ name, dataset }) };
}
