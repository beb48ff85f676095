// "gradc/tensorboard": event files as TensorBoard reads them. Nothing of Node is imported, so that it bundles for a browser.
import { checkOptions } from "../runtime/options.ts";
import { joined } from "./bytes.ts";
import { checkHparams, checkImage, checkNumber, checkStep, checkTag, checkText, checkValues, timeOf } from "./check.ts";
import { badArgument, writerClosed } from "./diagnostics.ts";
import { graphFields } from "./graph.ts";
import { graphText, type NetLike } from "./graph-text.ts";
import { histogramOf } from "./histogram.ts";
import { type Hparam, hparamSummaries } from "./hparams.ts";
import type { Image } from "./png.ts";
import { bytes, double, text, whole } from "./protobuf.ts";
import { recordOf } from "./record.ts";
import { folderSink, memorySink, type Sink } from "./sink.ts";
import { histogramFields, imageFields, scalarOf, summaryOf, textFields } from "./summary.ts";

export { GradcError } from "../runtime/error.ts";
export type { Hparam, Image, NetLike };

/** Settings of a `SummaryWriter`. */
export interface SummaryWriterOptions {
  /** The time of events in seconds since 1970, or what tells it; that of the machine unless stated. */
  readonly wallTime?: number | (() => number);
}

/**
 * Writes events that TensorBoard shows, each with the step at which it was, to an event file in a folder, which is made where it is missing: always a
 * new file, beside those that are there. With `"memory"` it is made in memory, for `bytes`. A record reaches the file when it is added, and whole: a
 * process that is killed loses none, and a machine that fails leaves at most a last one whose checksum shows that it is cut.
 * @throws GradcError `cannot-write`, `bad-option`, `unknown-option`; its methods `bad-option`, `cannot-write`, `writer-closed` and, of `addGraph`,
 * `not-in-module`
 */
export interface SummaryWriter {
  /** A number of a curve, such as a loss. It is kept as an f32; NaN and infinite ones are shown as such. */
  addScalar(tag: string, value: number, step: number): void;
  /** How values are distributed: their number, sum, sum of squares, least and greatest, and TensorBoard's buckets. All must be finite. */
  addHistogram(tag: string, values: ArrayLike<number>, step: number): void;
  /** An image of 1 (grey), 2 (grey and alpha), 3 (RGB) or 4 (RGBA) channels, which stand side by side in a pixel; it is kept as a PNG. */
  addImage(tag: string, image: Image, step: number): void;
  /** A text, which TensorBoard reads as Markdown; as PyTorch does, the tag gets `/text_summary` behind it. */
  addText(tag: string, text: string, step: number): void;
  /** The settings of a run and what came of it, to compare it with other runs; the metrics are scalars too. */
  addHparams(hparams: Readonly<Record<string, Hparam>>, metrics: Readonly<Record<string, number>>): void;
  /**
   * The graph of a net: what its outputs and its loss are computed from, a node for each op with its inputs, shape and parameters, in a folder for
   * each value that has a name. Takes what `load` or `compile` gives.
   */
  addGraph(net: NetLike): void;
  /** Waits until the file is on the disk. */
  flush(): void;
  /** Ends the file; nothing can be added then. */
  close(): void;
  /** The content of the file. */
  bytes(): Uint8Array<ArrayBuffer>;
}

class Writer implements SummaryWriter {
  readonly #sink: Sink;
  readonly #now: () => number;
  #isClosed = false;

  constructor(folder: string, options?: SummaryWriterOptions) {
    if (typeof folder !== "string" || folder === "") throw badArgument("folder", folder, 'a folder or "memory"');
    checkOptions(options, { wallTime: "number or function" });
    this.#now = timeOf(options?.wallTime);
    const time = this.#now();
    this.#sink = folder === "memory" ? memorySink() : folderSink(folder, time);
    this.#sink.write(recordOf(joined([double(1, time), text(3, "brain.Event:2")])));
  }

  #add(method: string, content: Uint8Array, step = 0): void {
    if (this.#isClosed) throw writerClosed(method);
    this.#sink.write(recordOf(joined([double(1, this.#now()), whole(2, step), content])));
  }

  addScalar(tag: string, value: number, step: number): void {
    checkTag(tag);
    checkStep(step);
    this.#add("addScalar", scalarOf(tag, checkNumber("value", value)), step);
  }

  addHistogram(tag: string, values: ArrayLike<number>, step: number): void {
    checkTag(tag);
    checkStep(step);
    this.#add("addHistogram", summaryOf(tag, histogramFields(histogramOf(checkValues(values)))), step);
  }

  addImage(tag: string, image: Image, step: number): void {
    checkTag(tag);
    checkStep(step);
    this.#add("addImage", summaryOf(tag, imageFields(checkImage(image))), step);
  }

  addText(tag: string, content: string, step: number): void {
    checkTag(tag);
    checkStep(step);
    this.#add("addText", summaryOf(`${tag}/text_summary`, textFields(checkText(content))), step);
  }

  addHparams(hparams: Readonly<Record<string, Hparam>>, metrics: Readonly<Record<string, number>>): void {
    checkHparams(hparams, metrics);
    for (const summary of hparamSummaries(hparams, Object.keys(metrics))) this.#add("addHparams", summary);
    for (const [tag, value] of Object.entries(metrics)) this.#add("addHparams", scalarOf(tag, value));
  }

  addGraph(net: NetLike): void {
    this.#add("addGraph", bytes(4, joined(graphFields(graphText(net)))));
  }

  flush(): void {
    if (!this.#isClosed) this.#sink.flush();
  }

  close(): void {
    this.flush();
    if (!this.#isClosed) this.#sink.close();
    this.#isClosed = true;
  }

  bytes(): Uint8Array<ArrayBuffer> {
    return this.#sink.bytes();
  }
}

/** Begins an event file. */
export const SummaryWriter: new (folder: string, options?: SummaryWriterOptions) => SummaryWriter = Writer;
