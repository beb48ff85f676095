import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** An answer: its body, its type unless the name tells, and its policy unless it is that of every page. */
export interface Answer {
  readonly body: string | Uint8Array;
  readonly type?: string;
  readonly policy?: string;
}

export interface Site {
  readonly url: string;
  /** The body of the first message that a page posts. */
  readonly posted: Promise<string>;
  close(): void;
}

const types: Readonly<Record<string, string>> = { html: "text/html", js: "text/javascript", wasm: "application/wasm" };

/** What compiled modules need of a policy, and nothing else. */
const least = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'";

const emptyPage: Answer = { body: "<!doctype html><title>gradc</title>" };

/** Serves `answers` by path on this machine, and an empty page at `/`; anything else is an HTML page too, with status 404. */
export async function serve(answers: Readonly<Record<string, Answer>>): Promise<Site> {
  let post: (body: string) => void;
  const posted = new Promise<string>((resolve) => {
    post = resolve;
  });
  const server = createServer(async (request, response) => {
    const { url = "/", method } = request;
    if (method === "POST") post(await text(request));
    const answer = url === "/" ? emptyPage : answers[url];
    const { body, policy = least, type = types[/\.(\w+)$/.exec(url)?.[1] ?? "html"] ?? "application/octet-stream" } = answer ?? emptyPage;
    response.writeHead(answer ? 200 : 404, { "content-type": type, "content-security-policy": policy }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, posted, close: () => server.close() };
}
