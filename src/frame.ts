import type { Site } from "../compiler/frontend/site.ts";

/** A call that is running, and the calls around it. */
export interface Frame {
  readonly site: Site;
  readonly parent: Frame | undefined;
  /** Order of all frames and layers. */
  readonly serial: number;
}
