// Every text about files of tensors. A function a code or a fault; `docs/errors.md` lists them.
import { badWeights } from "../runtime/diagnostics.ts";
import { GradcError } from "../runtime/error.ts";
import { nearest } from "../runtime/nearest.ts";

const longestQuote = 60;

/** A name in quotes, in one line, cut where it is long. */
export function quoted(text: string): string {
  const cut = text.length > longestQuote ? `${text.slice(0, longestQuote)}…` : text;
  return JSON.stringify(cut).replace(
    /[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** A file of tensors that is not as it must be. */
export const badFile = (reason: string, help?: string): GradcError => badWeights(reason, { help });

/** The same, and which tensor it is about. */
export const badTensor = (name: string, reason: string): GradcError => badWeights(`${quoted(name)} ${reason}`);

/** A class or function that a pickle names, and that is no part of a tensor. */
export const notOfTensors = (name: string): GradcError =>
  new GradcError("not-tensors", `The pickle needs ${quoted(name)}, which makes no tensor; nothing of it was run`, {
    help: "in Python: torch.save(model.state_dict(), file)",
  });

/** Weights of gradc where those of PyTorch are meant. */
export const ownWeights = (): GradcError =>
  new GradcError("own-weights", "These are weights of gradc, not of PyTorch: their matrices are [in, out] already", {
    help: "net.restore(bytes), gradc predict --weights, gradc pack",
  });

/** A tensor that a net has, a file has, or both have of other shapes; shapes are as in PyTorch. */
export interface Misfit {
  readonly kind: "missing" | "unused" | "mismatched";
  readonly name: string;
  readonly net?: readonly number[];
  readonly file?: readonly number[];
  readonly dtype?: string;
}

const mostMisfits = 20;

const shapeOf = (shape: readonly number[] = []): string => `[${shape.join(", ")}]`;

/** The tensor of the file that may be meant: the nearest of that shape, else the only one of it, else the nearest. */
function meantBy({ name, net }: Misfit, unused: readonly Misfit[]): string {
  const ofShape = unused.filter((other) => String(other.file) === String(net)).map((other) => other.name);
  const near = nearest(name, ofShape);
  if (near !== undefined) return `, the nearest is ${quoted(near)}`;
  if (ofShape.length === 1) return `, and of that shape is ${quoted(ofShape[0] as string)}`;
  const any = nearest(
    name,
    unused.map((other) => other.name),
  );
  return any === undefined ? "" : `, the nearest is ${quoted(any)}`;
}

function misfitText(misfit: Misfit, unused: readonly Misfit[]): string {
  const { kind, name, net, file, dtype = "" } = misfit;
  if (kind === "unused") return `${quoted(name)} ${shapeOf(file)} is in the file, and not in the net`;
  if (kind === "mismatched") return `${quoted(name)} is ${shapeOf(net)} in the net, ${dtype}${shapeOf(file)} in the file`;
  return `${quoted(name)} ${shapeOf(net)} is in the net, and not in the file${meantBy(misfit, unused)}`;
}

/** Weights of PyTorch that do not fit a net; shapes are those of PyTorch. */
export function weightsOfPyTorchDoNotFit(misfits: readonly Misfit[]): GradcError {
  const unused = misfits.filter(({ kind }) => kind === "unused");
  const lines = misfits.slice(0, mostMisfits).map((misfit) => misfitText(misfit, unused));
  const more = misfits.length > mostMisfits ? [`and ${misfits.length - mostMisfits} more`] : [];
  const isNamed = misfits.some(({ kind }) => kind !== "mismatched");
  return new GradcError("weights-do-not-fit", `Weights do not fit; shapes are as in PyTorch\n  ${[...lines, ...more].join("\n  ")}`, {
    help: isNamed ? '{ rename: { "0": "hidden" } } or --rename 0=hidden makes "hidden.weight" of "0.weight"' : undefined,
  });
}

/** A checkpoint that cannot be read as one. */
export const damagedCheckpoint = (path: string, { message }: Error): GradcError => badWeights(`"${path}": ${message.replace(/^Bad weights: /, "")}`);

/** The warning about a checkpoint that was taken in place of a newer one. */
export const fellBack = ({ message }: Error, path: string, step: number): string => `${message}\n  "${path}", of step ${step}, is taken instead`;
