// Whole files in memory, unpacked where they are compressed.
import { join } from "../../runtime/join.ts";
import { badFile } from "../dataset/diagnostics.ts";
import { bytesOf, type TableSource } from "../source.ts";

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

/** What a stream gives, and no more than the first part that goes beyond `most` bytes. */
async function upTo(stream: ReadableStream<Uint8Array>, most: number): Promise<Uint8Array<ArrayBuffer>> {
  const reader = stream.getReader();
  const parts: Uint8Array[] = [];
  for (let length = 0; length <= most; ) {
    const { value } = await reader.read();
    if (!value) return join(parts) as Uint8Array<ArrayBuffer>;
    parts.push(value);
    length += value.length;
  }
  await reader.cancel();
  return join(parts) as Uint8Array<ArrayBuffer>;
}

/** The bytes that were packed; of more than `most`, some more than those. @throws GradcError `bad-file` */
export async function unpacked(
  bytes: Uint8Array<ArrayBuffer>,
  format: "gzip" | "deflate-raw",
  kind: string,
  name: string,
  most = Number.POSITIVE_INFINITY,
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream(format));
    return await upTo(stream, most);
  } catch (cause) {
    throw badFile(kind, `it is cut off or broken: ${(cause as Error).message}`, name);
  }
}

const isGzip = ([first, second]: Uint8Array): boolean => first === 0x1f && second === 0x8b;

/** A file, unpacked where it is compressed by gzip. @throws GradcError `cannot-read`, `bad-file` */
export async function readFile(source: TableSource, kind: string): Promise<File> {
  const { name, parts } = bytesOf(source);
  const bytes = await all(parts);
  const shown = name === "the table" ? "the file" : name;
  return { name: shown, bytes: isGzip(bytes) ? await unpacked(bytes, "gzip", kind, shown) : bytes };
}

/** Whether several files are given by name. */
export const isNamed = (source: ArrayFiles): source is Readonly<Record<string, TableSource>> =>
  typeof source === "object" && source !== null && Object.getPrototypeOf(source) === Object.prototype;
