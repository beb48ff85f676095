// The command line: `bin/gradc.js` loads this file.
import { run } from "./run.ts";
import { standardTerminal } from "./terminal.ts";

void run(process.argv.slice(2), standardTerminal).then((code) => {
  process.exitCode = code;
});
