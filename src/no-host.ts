import type { Host } from "../compiler/frontend/host.ts";

/** Pages have no files: models are given to them as values. */
export const host: Host | undefined = undefined;
