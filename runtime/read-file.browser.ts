import { cannotRead } from "./diagnostics.ts";

/** The answer of a server; a relative URL is one of the document's. @throws GradcError `cannot-read` */
export const read = (source: URL | string): Promise<Uint8Array | Response> =>
  fetch(source).catch((cause) => {
    throw cannotRead(source, cause);
  });
