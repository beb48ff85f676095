/** The answer of a server; a relative URL is one of the document's. */
export const read = (source: URL | string): Promise<Uint8Array | Response> => fetch(source);
