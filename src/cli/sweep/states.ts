// Trainings between the stages of a sweep, a file each.
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { writeWhole } from "../../../files/whole.ts";

export interface States {
  /** @throws GradcError `cannot-write` */
  keep(name: string, state: Uint8Array): Promise<void>;
  /** A state that was kept; undefined where it is not there: the training is made from its begin. */
  find(name: string): Promise<Uint8Array | undefined>;
  drop(name: string): Promise<void>;
  /** Forgets all. */
  clear(): Promise<void>;
}

export function statesIn(folder: string): States {
  const at = (name: string): string => join(folder, `${name}.safetensors`);
  return {
    keep: (name, state) => writeWhole(at(name), state),
    find: (name) =>
      readFile(at(name)).then(
        (bytes) => new Uint8Array(bytes),
        () => undefined,
      ),
    drop: (name) => rm(at(name), { force: true }),
    clear: () => rm(folder, { recursive: true, force: true }),
  };
}
