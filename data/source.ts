// Where the bytes of a table come from.
import { cannotRead, cannotReadFile } from "../runtime/diagnostics.ts";

/** A table's bytes. A text with a line end is the table itself; another one is a URL, in Node a path too. */
export type TableSource = string | URL | Blob | Response | Promise<Response> | ReadableStream<Uint8Array> | Uint8Array | ArrayBuffer;

/** Bytes that arrive part by part, and what messages call them. */
export interface Bytes {
  readonly name: string;
  readonly parts: AsyncIterable<Uint8Array>;
}

type FileSystem = typeof import("node:fs");

/** Node's file system, asked for without an import that a bundler would follow; undefined in a browser. */
const fileSystem = (): FileSystem | undefined => globalThis.process?.getBuiltinModule?.("node:fs");

const partBytes = 1 << 20;

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function* ofFile({ createReadStream }: FileSystem, path: string | URL): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(path, { highWaterMark: partBytes });
  } catch (error) {
    throw cannotReadFile(String(path), error);
  }
}

async function* ofStream(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
  } finally {
    await reader.cancel();
  }
}

async function* ofResponse(ask: () => Promise<Response>, name: string): AsyncGenerator<Uint8Array> {
  const response = await ask().catch((cause) => {
    throw cannotRead(name, cause);
  });
  if (!response.ok) throw cannotRead(name, undefined, `: status ${response.status}`);
  if (response.body) yield* ofStream(response.body);
}

/** The bytes of a source, read when they are asked for. @throws GradcError `cannot-read`, when they are */
export function bytesOf(source: TableSource): Bytes {
  if (typeof source === "string" || source instanceof URL) return ofAddress(source);
  if (source instanceof Blob) return { name: "name" in source ? String(source.name) : "the table", parts: ofStream(source.stream()) };
  if (source instanceof ReadableStream) return { name: "the table", parts: ofStream(source) };
  if (source instanceof ArrayBuffer || ArrayBuffer.isView(source)) return { name: "the table", parts: once(new Uint8Array(source as ArrayBuffer)) };
  return { name: "the table", parts: ofResponse(async () => source, "the table") };
}

function ofAddress(source: string | URL): Bytes {
  const name = String(source);
  if (/[\r\n]/.test(name)) return { name: "the table", parts: once(new TextEncoder().encode(name)) };
  const files = fileSystem();
  // A scheme has two letters or more: `c:` begins a path.
  const hasScheme = /^[a-z][a-z\d+.-]+:/i.test(name);
  if (!files || (hasScheme && !name.startsWith("file:"))) return { name, parts: ofResponse(() => fetch(source), name) };
  return { name, parts: ofFile(files, hasScheme ? new URL(name) : name) };
}
