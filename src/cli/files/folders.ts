import { basename, dirname, join, relative, resolve } from "node:path";

/** The folder for what is made of a model: the one that was asked for, else `out` beside the file, where a built module lies already. */
export function outputFolder(model: string, wanted: string | undefined): string {
  const folder = dirname(resolve(model));
  const beside = model.endsWith(".wasm") && basename(folder) === "out" ? folder : join(folder, "out");
  return wanted ?? (relative(process.cwd(), beside) || ".");
}
