// Mistakes of the command line: files that are lost, and texts that act.
import type { Mutant } from "./mutant.ts";

const set = ["test/src/cli/files/set.test.ts"];
const whole = ["test/files/whole.test.ts"];
const destination = ["test/files/destination.test.ts"];
const visible = ["test/src/cli/visible.test.ts"];

export const commandMutants: readonly Mutant[] = [
  {
    name: "files: a hard link is taken for another file",
    file: "files/destination.ts",
    from: "one.dev === other.dev && one.ino === other.ino",
    to: "false",
    tests: destination,
  },
  {
    name: "files: a link is replaced",
    file: "files/destination.ts",
    from: "if (!found?.isSymbolicLink()) return",
    to: "return",
    tests: whole,
  },
  {
    name: "files: permissions are those of a new file",
    file: "files/whole.ts",
    from: "  await handle.chmod(Number(found.mode) & 0o7777);\n",
    to: "",
    tests: whole,
  },
  {
    name: "files: a pipe is replaced",
    file: "files/whole.ts",
    from: "if (!destination.isFile) {",
    to: "if (destination.stream) {",
    tests: whole,
  },
  {
    name: "files: what another process writes is removed",
    file: "files/temporary.ts",
    from: "if (pid === process.pid) return false;",
    to: "if (pid > 0) return false;",
    tests: whole,
  },
  {
    name: "files: each of a set is put into its place when it is written",
    file: "src/cli/files/set.ts",
    from: "staged.push(await stage(destination, content));",
    to: "staged.push(await stage(destination, content)); await staged.at(-1)?.publish();",
    tests: set,
  },
  {
    name: "files: a run that was ended between the files of a set is not finished",
    file: "src/cli/files/set.ts",
    from: "  await finishSet(folder, stem);\n",
    to: "",
    tests: set,
  },
  {
    name: "files: a marker may name files of other folders",
    file: "src/cli/files/set.ts",
    from: "pid > 0 && names.every(isPlain)",
    to: "pid > 0 && names.length > 0",
    tests: set,
  },
  {
    name: "terminal: control characters above 127 act",
    file: "src/cli/visible.ts",
    from: "\\p{Cc}",
    to: "\\0-\\x1f\\x7f",
    tests: visible,
  },
  {
    name: "terminal: a painted text brings its own escapes",
    file: "src/cli/visible.ts",
    from: "colors[style](visible(text))",
    to: "colors[style](text)",
    tests: visible,
  },
];
