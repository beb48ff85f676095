import type { ModelOptions } from "../compile-model.ts";
import type { TrainingTableOptions } from "../table-options.ts";

/** What `gradc train` is asked for. */
export interface TrainOptions extends ModelOptions, TrainingTableOptions {
  readonly out?: string;
  readonly epochs?: number;
  readonly validation?: number;
  /** The norm that gradients are clipped to. */
  readonly clip?: number;
  /** Figures to show at the end beside accuracy, RMSE and R2. */
  readonly metrics?: readonly string[];
  readonly freeze?: readonly string[];
  /** A module that changes the rows that are trained on, and the worker threads that run it. */
  readonly augment?: string;
  readonly workers?: number;
  /** A file of weights to start from. */
  readonly weights?: string;
  readonly checkpoint?: string;
  readonly standalone?: boolean;
  /** Codes of warnings that are left out. */
  readonly allow?: readonly string[];
  /** Shows how large gradients and activations of the layers are. */
  readonly watch?: boolean;
  /** A folder for events that TensorBoard shows. */
  readonly logdir?: string;
  /** A file for the figures of each epoch. */
  readonly history?: string;
  /** A file for a page about the training. */
  readonly report?: string;
}
