import type { Assignment } from "../../../data/columns.ts";
import type { ModelOptions } from "../compile-model.ts";

/** What `gradc train` is asked for. */
export interface TrainOptions extends ModelOptions {
  readonly data: string;
  readonly out?: string;
  readonly target?: readonly string[];
  readonly input?: Assignment;
  readonly epochs?: number;
  readonly seed?: number;
  readonly validation?: number;
  /** The norm that gradients are clipped to. */
  readonly clip?: number;
  readonly freeze?: readonly string[];
  /** A file of weights to start from. */
  readonly weights?: string;
  readonly checkpoint?: string;
  readonly resume?: boolean;
  readonly standalone?: boolean;
}
