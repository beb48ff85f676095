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

/** The parts of a stream, which is let go where no more of them are asked for. */
export async function* ofStream(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
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
  const path = pathOf(source);
  if (path === undefined) return { name, parts: ofResponse(() => fetch(source), name) };
  return { name, parts: ofFile(fileSystem() as FileSystem, path) };
}

/** How many bytes a source has, where that is known without reading it, else 0. */
export async function sizeOf(source: string | URL | Blob | Uint8Array | ArrayBuffer | ArrayBufferView): Promise<number> {
  if (source instanceof Blob) return source.size;
  if (typeof source !== "string" && !(source instanceof URL)) return source.byteLength;
  const path = pathOf(source);
  const stat = await (path === undefined
    ? undefined
    : fileSystem()
        ?.promises.stat(path)
        .catch(() => undefined));
  return stat?.size ?? 0;
}

/** The path that a source is; undefined for a table itself, for what is fetched, and in a page. */
export function pathOf(source: string | URL): string | URL | undefined {
  const name = String(source);
  if (/[\r\n]/.test(name) || !fileSystem()) return undefined;
  // A scheme has two letters or more: `c:` begins a path.
  const hasScheme = /^[a-z][a-z\d+.-]+:/i.test(name);
  if (hasScheme && !name.startsWith("file:")) return undefined;
  return hasScheme ? new URL(name) : name;
}

/** A file in Node of which parts can be read; undefined for what is none. @throws GradcError `cannot-read` */
export async function openFile(source: string | URL) {
  const path = pathOf(source);
  const { promises } = fileSystem() ?? {};
  if (path === undefined || !promises) return undefined;
  const fail = (cause: unknown): never => {
    throw cannotReadFile(String(path), cause);
  };
  const { size } = await promises.stat(path).catch(fail);
  return {
    byteLength: size,
    async slice(start: number, end = size): Promise<ArrayBuffer> {
      const file = await promises.open(path).catch(fail);
      try {
        const bytes = new Uint8Array(end - start);
        const { bytesRead } = await file.read(bytes, 0, bytes.length, start).catch(fail);
        return bytes.buffer.slice(0, bytesRead);
      } finally {
        await file.close();
      }
    },
  };
}
