// Every text about images and their augmentation. A function a code; `docs/errors.md` lists them.
import { near, shown } from "../runtime/diagnostics.ts";
import { GradcError } from "../runtime/error.ts";

/** Something that is no image, or one that a function does not take. */
export const badImage = (part: string, got: string, expected: string): GradcError =>
  new GradcError("bad-image", `"${part}" of the image is ${got}, expected ${expected}`);

/** The name of an op that there is not. */
export const unknownOp = (name: unknown, known: Iterable<string>): GradcError =>
  new GradcError("unknown-augmentation", `No augmentation ${shown(name)}${near(String(name), known)}`);

/** Images or labels that do not belong together. */
export const badBatch = (reason: string): GradcError => new GradcError("bad-batch", `The batch cannot be mixed: ${reason}`);
