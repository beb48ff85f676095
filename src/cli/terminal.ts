import { printable } from "./visible.ts";

/** Where a command writes. */
export interface Terminal {
  /** Prints results, a line or more. */
  out(text: string): void;
  /** Waits until what was printed is taken: whoever prints much would else have all of it in memory. */
  readonly taken?: () => Promise<void>;
  /** Prints messages about the run, a line or more. */
  note(text: string): void;
  /** Whether a person watches the messages, so that a bar may move. */
  readonly isWatched: boolean;
  /** Tells whether a bar moves from now on, in the last line of the messages: other texts take that line, and the bar moves on below them. */
  readonly moves?: (isMoving: boolean) => void;
  /** Whether no progress is to be shown. */
  readonly isQuiet?: boolean;
  /** Takes what asks the process to end (Ctrl-C, SIGTERM, SIGHUP) until `release`: the first aborts the signal, a second ends the process. */
  interrupts(): { readonly signal: AbortSignal; readonly release: () => void };
}

/** What asks a training to end: Ctrl-C, a scheduler, a terminal that is closed. */
const endings = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

let isMoving = false;

/** To the begin of the line, of which the rest is cleared. */
const clearLine = "\r\x1b[K";

function print(stream: NodeJS.WriteStream, text: string): void {
  if (isMoving) process.stderr.write(clearLine);
  stream.write(`${text}\n`);
}

export const standardTerminal: Terminal = {
  out: (text) => print(process.stdout, text),
  // A stream that fails says so to its own handler.
  taken: () => new Promise((done) => process.stdout.write("", () => done())),
  note: (text) => print(process.stderr, text),
  isWatched: process.stderr.isTTY === true,
  moves: (does) => {
    isMoving = does;
  },
  interrupts: () => {
    const controller = new AbortController();
    const release = () => {
      for (const ending of endings) process.off(ending, abort);
    };
    const abort = () => {
      release();
      controller.abort();
    };
    for (const ending of endings) process.on(ending, abort);
    return { signal: controller.signal, release };
  },
};

/** The same terminal, where no text can act that holds names from modules, tables or paths. */
export const withoutEscapes = (terminal: Terminal): Terminal => ({
  ...terminal,
  out: (text) => terminal.out(printable(text)),
  note: (text) => terminal.note(printable(text)),
});

/** The same terminal for those who want to read of what is wrong alone: of messages the warnings, no results, no progress. */
export const quieted = (terminal: Terminal): Terminal => ({
  ...terminal,
  out: () => undefined,
  note: (text) => {
    if (text.startsWith("warning:")) terminal.note(text);
  },
  isQuiet: true,
});

/** How a stream says that nobody reads it: a reader such as `head` has closed its end, or the terminal is gone. */
const unread = new Set(["EPIPE", "EIO"]);

/** Lets the program go on where a stream fails, so that a training is still saved: in silence where nobody reads, else `failed` is told. */
export function outliveReaders(failed: (error: Error) => void, ...streams: readonly NodeJS.EventEmitter[]): void {
  for (const stream of streams)
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (!unread.has(error.code ?? "")) failed(error);
    });
}

export const formatBytes = (bytes: number): string => `${bytes.toLocaleString("en")} bytes`;

/** Four digits, which tell one run from another. */
export const shortNumber = (value: number): string => String(Number(value.toPrecision(4)));
