// The debug switches: environment variables, or the option `debug` of `compile`. Nothing else reads the environment.
//
// | switch                | option            | effect                                                                        |
// |-----------------------|-------------------|-------------------------------------------------------------------------------|
// | `DEBUG=1`             | `level: 1`        | prints the name and time of each pass                                         |
// | `DEBUG=2`             | `level: 2`        | and the formulas of values, gradients and updates                             |
// | `DEBUG=3`             | `level: 3`        | and the graph, or the kernels, after each pass                                |
// | `DEBUG=4`             | `level: 4`        | and the module as WebAssembly text                                            |
// | `DEBUG=5`             | `level: 5`        | and every rewrite rule that fired                                             |
// | `DUMP=simplify,fuse`  | `dump: [...]`     | prints the result of these passes, and of no other, whatever the level        |
// | `CHECK=1`             | `check: 1`        | verifies the graph after each pass, and the memory plan                       |
// | `CHECK=2`             | `check: 2`        | and compares its values before and after the pass with the interpreter       |

export type DebugLevel = 0 | 1 | 2 | 3 | 4 | 5;
export type CheckLevel = 0 | 1 | 2;

/** What is printed and checked while a model is compiled; the environment variables `DEBUG`, `CHECK` and `DUMP` set the same. */
export interface Debug {
  readonly level: DebugLevel;
  /** Names of passes; empty: no choice was made. */
  readonly dump: readonly string[];
  readonly check: CheckLevel;
  /** Is told of each pass that has run, and of its milliseconds. */
  readonly time?: ((pass: string, milliseconds: number) => void) | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

// `DEBUG` is shared with other programs, which put words there: those mean nothing here.
function levelOf<T extends number>(text: string | undefined, levels: readonly T[]): T | undefined {
  return text === undefined ? undefined : levels.find((level) => String(level) === text.trim());
}

const namesIn = (text: string): string[] =>
  text
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");

// Browsers have no `process`.
const environment = (): Environment => globalThis.process?.env ?? {};

/** The switches in force: options first, then the environment, else off. A value that is no level counts as unset. */
export function readDebug(options: Partial<Debug> = {}, env: Environment = environment()): Debug {
  return {
    level: options.level ?? levelOf(env.DEBUG, [0, 1, 2, 3, 4, 5]) ?? 0,
    dump: options.dump ?? namesIn(env.DUMP ?? ""),
    check: options.check ?? levelOf(env.CHECK, [0, 1, 2]) ?? 0,
    time: options.time,
  };
}

/** Whether the result of `pass` is to be printed, which it is from the level `from` on unless passes are named. */
export const dumps = ({ level, dump }: Debug, pass: string, from: DebugLevel = 3): boolean => (dump.length > 0 ? dump.includes(pass) : level >= from);
