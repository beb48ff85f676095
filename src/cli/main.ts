// The command line: `bin/gradc.js` loads this file.
import { writeFailed } from "../../files/diagnostics.ts";
import { explain, run } from "./run.ts";
import { outliveReaders, standardTerminal, withoutEscapes } from "./terminal.ts";

const terminal = withoutEscapes(standardTerminal);

/** Results that were lost are an error; messages that were lost have nowhere to be told. */
function fail(error: Error): void {
  if (process.exitCode === 1) return;
  process.exitCode = 1;
  terminal.note(explain(writeFailed("standard output", error)));
}

outliveReaders(fail, process.stdout);
outliveReaders(() => undefined, process.stderr);
// Warnings of the runtime hold names of the module.
console.warn = (text: unknown) => terminal.note(`warning: ${text}`);

/** So long after an error what is left may take. */
const millisecondsToEnd = 1000;

let isEnded = false;
/** What modules of the user do besides what they are called for: the command cannot end as it should. */
function failOutside(error: unknown): void {
  if (isEnded) return;
  isEnded = true;
  terminal.note(explain(error));
  process.exitCode = 1;
}
process.on("exit", () => failOutside("The process ended before the command did: a module that it runs called process.exit, or never answers"));
process.on("uncaughtException", (error) => {
  failOutside(error);
  process.exit(1);
});
void run(process.argv.slice(2), standardTerminal).then((code) => {
  isEnded = true;
  process.exitCode ||= code;
  // A worker thread whose module never answers would hold the process.
  if (code !== 0) setTimeout(() => process.exit(), millisecondsToEnd).unref();
});
