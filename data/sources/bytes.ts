// Whole files in memory, unpacked where they are compressed.
import { GradcError } from "../../runtime/error.ts";
import { join } from "../../runtime/join.ts";
import { badFile } from "../dataset/diagnostics.ts";
import { counted } from "../diagnostics.ts";
import { bytesOf, ofStream, type TableSource } from "../source.ts";

/** A file. */
export interface File {
  /** What messages call it. */
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** One file, or several by the name of their column. */
export type ArrayFiles = TableSource | Readonly<Record<string, TableSource>>;

async function all(parts: AsyncIterable<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const list: Uint8Array[] = [];
  for await (const part of parts) list.push(part);
  return join(list) as Uint8Array<ArrayBuffer>;
}

/** How many bytes the content has that begins so, by its header; undefined where more of it is needed to know. */
export type SizeOf = (file: File) => number | undefined;

/** Whole content, which may be of any size. */
const unbounded: SizeOf = () => Number.POSITIVE_INFINITY;

/** What a stream gives. It is left where it goes beyond the bytes that its begin tells of, with an error of their number. */
async function upTo(
  stream: ReadableStream<Uint8Array>,
  sizeOf: (begin: File["bytes"]) => number | undefined,
  tooLong: (size: number) => Error,
): Promise<File["bytes"]> {
  const parts: Uint8Array[] = [];
  let length = 0;
  let size: number | undefined;
  for await (const part of ofStream(stream)) {
    parts.push(part);
    length += part.length;
    size ??= sizeOf(join(parts) as File["bytes"]);
    if (size !== undefined && length > size) throw tooLong(size);
  }
  return join(parts) as File["bytes"];
}

/** The bytes that were packed; no more of them are unpacked than `sizeOf` tells. @throws GradcError `bad-file` */
export async function unpacked(
  { name, bytes }: File,
  format: "gzip" | "deflate-raw",
  kind: string,
  sizeOf: SizeOf = unbounded,
): Promise<Uint8Array<ArrayBuffer>> {
  const tooLong = (size: number) => badFile(kind, `it holds more than its header says, ${counted(size, "byte")}`, name);
  try {
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream(format));
    return await upTo(stream, (begin) => sizeOf({ name, bytes: begin }), tooLong);
  } catch (cause) {
    if (cause instanceof GradcError) throw cause;
    throw badFile(kind, `it is cut off or broken: ${(cause as Error).message}`, name);
  }
}

const isGzip = ([first, second]: Uint8Array): boolean => first === 0x1f && second === 0x8b;

/** A file, unpacked where it is compressed by gzip, to as many bytes as it should have. @throws GradcError `cannot-read`, `bad-file` */
export async function readFile(source: TableSource, kind: string, sizeOf?: SizeOf): Promise<File> {
  const { name, parts } = bytesOf(source);
  const bytes = await all(parts);
  const file: File = { name: name === "the table" ? "the file" : name, bytes };
  return isGzip(bytes) ? { ...file, bytes: await unpacked(file, "gzip", kind, sizeOf) } : file;
}

/** Whether several files are given by name. */
export const isNamed = (source: ArrayFiles): source is Readonly<Record<string, TableSource>> =>
  typeof source === "object" && source !== null && Object.getPrototypeOf(source) === Object.prototype;
