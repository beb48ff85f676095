import { shown } from "../runtime/diagnostics.ts";
import { badFile } from "./diagnostics.ts";

/** The bytes of an array or a buffer, not copied: what is read of them is. @throws GradcError `bad-weights` for other things */
export function bytesIn(source: Uint8Array | ArrayBuffer): Uint8Array {
  const view = source as Uint8Array | undefined;
  if (view?.byteLength === undefined) throw badFile(`${shown(source)} are no bytes`);
  return new Uint8Array(view.buffer ?? source, view.byteOffset, view.byteLength);
}
