/** Details of a `GradcError`, each printed on a line of its own. */
export interface ErrorDetails {
  /** Where: `file:line:column`, a layer, a row and column of a table. */
  readonly at?: string | undefined;
  /** What would help, only when it is right. */
  readonly help?: string | undefined;
  readonly cause?: unknown;
}

/** Every error that a user can cause. `code` is stable; `message` says what was attempted, where, and what helps. */
export class GradcError extends Error {
  declare readonly code: string;
  declare readonly at: string | undefined;
  declare readonly help: string | undefined;

  constructor(code: string, text: string, details: ErrorDetails = {}) {
    super(text + (details.at ? `\n  at ${details.at}` : "") + (details.help ? `\n  help: ${details.help}` : ""), details);
    Object.assign(this, { name: "GradcError", code }, details);
  }
}

/** A broken invariant: a bug in gradc, never the user's mistake. */
export class InternalError extends Error {
  constructor(text: string) {
    super(`${text}\n  this is a bug in gradc`);
    this.name = "InternalError";
  }
}
