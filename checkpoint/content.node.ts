// A checkpoint as bytes: the state of a net, and in its metadata what else a training goes on from.
import { crc32 } from "node:zlib";
import { badOption } from "../runtime/diagnostics.ts";
import { badFile, quoted } from "./diagnostics.ts";
import type { Header } from "./header.ts";
import { fileWith, layoutOf } from "./safetensors.ts";

/** What stands in the metadata of a checkpoint beside the net's own texts: JSON of what the training knows, and a sum over all that it holds. */
const keys = { position: "position", history: "history", followed: "followed", best: "best-figure", sum: "checksum" } as const;

/** The text under which a checkpoint says what the best goes by. */
export const bestKey = keys.best;

/** What a checkpoint holds beside the net. */
export interface Progress {
  readonly position?: unknown;
  readonly history?: unknown;
  /** What a page about the training shows beside its history. */
  readonly followed?: unknown;
  /** What the best checkpoint goes by. */
  readonly best?: number;
}

/** What was read of a checkpoint. */
export interface Content {
  readonly position: unknown;
  readonly history: unknown;
  readonly followed: unknown;
  /** What `net.restore` takes. */
  readonly state: Uint8Array;
  readonly metadata: ReadonlyMap<string, string>;
}

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1);

/** The CRC-32 of all texts but the sum and of all tensors, in order of their names: another program may write them in another order. */
function sumOf({ metadata, tensors }: Header, body: Uint8Array): string {
  const texts = [...metadata].filter(([key]) => key !== keys.sum).sort(byName);
  const inOrder = [...tensors].sort(byName);
  const described = JSON.stringify([texts, inOrder.map(([name, { dtype, shape }]) => [name, dtype, shape])]);
  const sum = inOrder.reduce((before, [, { offsets }]) => crc32(body.subarray(...offsets), before), crc32(described));
  return sum.toString(16).padStart(8, "0");
}

/** The JSON of a value. @throws GradcError `bad-option` for what JSON does not hold */
function jsonOf(name: string, value: unknown): string {
  try {
    const text = JSON.stringify(value);
    if (typeof text === "string") return text;
  } catch {
    // Lists in themselves and big numbers throw.
  }
  throw badOption(name, value, "a value that JSON holds");
}

/** A file of a header and the bytes of its tensors. */
function fileOf(header: Header, body: Uint8Array): Uint8Array {
  const { bytes, start } = fileWith(header, body.length);
  bytes.set(body, start);
  return bytes;
}

/** The texts of a net without those of a checkpoint. */
function withoutOwn(metadata: ReadonlyMap<string, string>): Map<string, string> {
  const own: readonly string[] = Object.values(keys);
  return new Map([...metadata].filter(([key]) => !own.includes(key)));
}

/** A checkpoint of a net's state. @throws GradcError `bad-option` */
export function withProgress(state: Uint8Array, progress: Progress): Uint8Array {
  const { metadata, tensors, start } = layoutOf(state);
  // A net that was set to a checkpoint by `restore` alone has its texts.
  const isOwn = metadata.has(keys.sum);
  for (const key of Object.values(keys))
    if (metadata.has(key) && !isOwn) throw badOption("net.metadata", key, "no text of that name, which checkpoints have");
  const texts = Object.entries(progress).flatMap(([name, value]) =>
    value === undefined ? [] : [[keys[name as keyof Progress], jsonOf(name, value)] as const],
  );
  const body = state.subarray(start);
  const header = { metadata: new Map([...withoutOwn(metadata), ...texts]), tensors };
  return fileOf({ metadata: new Map([...header.metadata, [keys.sum, sumOf(header, body)]]), tensors }, body);
}

function parsed(metadata: ReadonlyMap<string, string>, key: string): unknown {
  const text = metadata.get(key);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw badFile(`the text ${quoted(key)} of the checkpoint is no JSON`);
  }
}

/** What a checkpoint holds; a file of weights alone holds no more. @throws GradcError `bad-weights` */
export function readContent(bytes: Uint8Array): Content {
  const { metadata, tensors, start } = layoutOf(bytes);
  const body = bytes.subarray(start);
  const sum = metadata.get(keys.sum);
  // Files of others have none.
  if (sum !== undefined && sum !== sumOf({ metadata, tensors }, body))
    throw badFile("what it holds is not what was saved: damaged, or changed by another program");
  const [position, history, followed] = [keys.position, keys.history, keys.followed].map((key) => parsed(metadata, key));
  const rest = withoutOwn(metadata);
  return { position, history, followed, metadata: rest, state: fileOf({ metadata: rest, tensors }, body) };
}
