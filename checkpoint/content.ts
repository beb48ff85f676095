// A checkpoint as bytes: the state of a net, and in its metadata what else a training goes on from.

import { decode, encode } from "../runtime/checkpoint/safetensors.ts";
import { badOption } from "../runtime/diagnostics.ts";
import { fingerprint } from "../runtime/program.ts";
import { badFile, quoted } from "./diagnostics.ts";

/** What stands in the metadata of a checkpoint beside the net's own texts: JSON of what the training knows, and a sum over all bytes. */
const keys = { position: "position", history: "history", best: "best-figure", sum: "checksum" } as const;

/** The text under which a checkpoint says what the best goes by. */
export const bestKey = keys.best;

/** What a checkpoint holds beside the net. */
export interface Progress {
  readonly position?: unknown;
  readonly history?: unknown;
  /** What the best checkpoint goes by. */
  readonly best?: number;
}

/** What was read of a checkpoint. */
export interface Content extends Progress {
  /** What `net.restore` takes. */
  readonly state: Uint8Array;
  readonly metadata: ReadonlyMap<string, string>;
}

const noSum = "00000000";

const sumOf = (bytes: Uint8Array): string => (fingerprint(bytes) >>> 0).toString(16).padStart(noSum.length, "0");

/** Where the digits of the sum stand in a file, -1 without: inside of texts a quote stands behind a backslash, so that no other place is like it. */
function placeOfSum(bytes: Uint8Array): number {
  const mention = new TextEncoder().encode(`"${keys.sum}":"`);
  const headerEnd = bytes.length < 8 ? 0 : 8 + Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const header = bytes.subarray(0, headerEnd);
  for (let at = header.indexOf(mention[0] as number); at >= 0; at = header.indexOf(mention[0] as number, at + 1)) {
    if (mention.every((byte, i) => header[at + i] === byte)) return at + mention.length;
  }
  return -1;
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

/** A checkpoint of a net's state. @throws GradcError `bad-option` */
export function withProgress(state: Uint8Array, progress: Progress): Uint8Array {
  const { metadata, tensors } = decode(state);
  for (const key of Object.values(keys))
    if (metadata.has(key)) throw badOption("net.metadata", `a text ${quoted(key)}`, "no such text, which checkpoints have for themselves");
  const texts = Object.entries(progress).flatMap(([name, value]) =>
    value === undefined ? [] : [[keys[name as keyof Progress], jsonOf(name, value)] as const],
  );
  const bytes = encode({ metadata: new Map([[keys.sum, noSum], ...metadata, ...texts]), tensors });
  bytes.set(new TextEncoder().encode(sumOf(bytes)), placeOfSum(bytes));
  return bytes;
}

/** @throws GradcError `bad-weights` where a byte is another than was written; files of others have no sum */
function checkSum(bytes: Uint8Array): void {
  const place = placeOfSum(bytes);
  if (place < 0) return;
  // The slice of a Buffer would be a view of it.
  const copy = Uint8Array.from(bytes);
  copy.set(new TextEncoder().encode(noSum), place);
  const written = new TextDecoder().decode(bytes.subarray(place, place + noSum.length));
  if (sumOf(copy) !== written) throw badFile("bytes of the checkpoint are others than were written: damaged, or changed by another program");
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
  checkSum(bytes);
  const { metadata, tensors } = decode(bytes);
  const [position, history, best] = [keys.position, keys.history, keys.best].map((key) => parsed(metadata, key));
  for (const key of Object.values(keys)) metadata.delete(key);
  return { position, history, ...(typeof best === "number" && { best }), metadata, state: encode({ metadata, tensors }) };
}
