// The command line: `bin/gradc.js` loads this file.
import { run } from "./run.ts";
import { outliveReaders, standardTerminal } from "./terminal.ts";

outliveReaders(process.stdout, process.stderr);
void run(process.argv.slice(2), standardTerminal).then((code) => {
  process.exitCode = code;
});
