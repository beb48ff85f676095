import type { Outcome } from "../../test/package/app.ts";
import type { Project } from "./project.ts";

/** What shows a page, and gives the outcome that its script leaves in `globalThis.outcome`. */
export interface Shower {
  /** Serves a folder and opens its `index.html`. */
  show(folder: string): Promise<Outcome>;
  /** Opens the page at an address. */
  open(url: string): Promise<Outcome>;
}

/** A host, and what it takes to run a built model there. */
export interface Host {
  /** What a user must do, as a cell of the table. */
  readonly how: string;
  readonly packages: readonly string[];
  /** Whether the model is built with `--standalone`. */
  readonly standalone?: boolean;
  /** Where the built files lie in the project: its root, unless stated. */
  readonly at?: string;
  run(project: Project, shower: Shower): Promise<Outcome>;
}
