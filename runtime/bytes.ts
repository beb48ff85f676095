import { cannotRead, shown } from "./diagnostics.ts";
import { GradcError } from "./error.ts";

/** What the environment calls by a name: nothing where its types do not know it. */
export type Known<Name extends string> = typeof globalThis extends Readonly<Record<Name, { readonly prototype: infer Type }>> ? Type : never;

type Content = Uint8Array | ArrayBuffer | Known<"Blob"> | Known<"Response"> | Known<"URL"> | string;

/** Bytes, or where they come from; a text is a URL, in Node a path too. */
export type Bytes = Content | Promise<Content>;

/** What an address holds; `what` names it in errors, with a space behind. */
export type Open = (address: string, what: string) => Promise<Uint8Array | Known<"Response">>;

/** Makes the error of what is not what it should be. */
type Refusal = (reason: string) => GradcError;

type Buffered = Pick<Uint8Array, "byteLength"> & Partial<Pick<Uint8Array, "buffer" | "byteOffset">>;

/** A copy of the bytes of an array, or of a buffer, which has all of them. @throws what `refuse` makes of other things */
export function copyBytes(data: Buffered | undefined, refuse: Refusal): Uint8Array<ArrayBuffer> {
  if (data?.byteLength === undefined) throw refuse(shown(data));
  return new Uint8Array((data.buffer ?? data) as ArrayBuffer, data.byteOffset, data.byteLength).slice();
}

/**
 * What a source is when it has come: what an address holds, the content of an answer or a blob, else the thing itself.
 * @throws GradcError `cannot-read`, and what `refuse` makes of an answer that is an error
 */
export async function settle(source: unknown, open: Open, refuse: Refusal, what = ""): Promise<unknown> {
  let from = "the source";
  let help: string | undefined;
  try {
    let found = (await source) as (Partial<Response> & Partial<Pick<URL, "href">>) | undefined;
    // A URL may be one of another realm.
    const address: unknown = found?.href ?? found;
    if (typeof address === "string") {
      // An address may hold the data itself.
      from = `${what}"${address.slice(0, 80)}"`;
      // Pages and their workers have a location.
      if ("location" in globalThis) help = "Content-Security-Policy: connect-src may forbid it";
      found = (await open(address, what)) as Response;
    }
    if (found?.ok === false) throw refuse(`${found.status} from ${found.url}`);
    return (await found?.arrayBuffer?.()) ?? found;
  } catch (cause) {
    throw cause instanceof GradcError ? cause : cannotRead(from, cause, undefined, help);
  }
}
