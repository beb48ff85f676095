import type { Site } from "../compiler/frontend/site.ts";

/** A call that is running, and the calls around it. */
export interface CallFrame {
  readonly site: Site;
  readonly parent: CallFrame | undefined;
  /** Order of all frames and layers. */
  readonly serial: number;
}
