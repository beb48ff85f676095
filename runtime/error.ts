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
  readonly code: string;
  readonly at?: string;
  readonly help?: string;

  constructor(code: string, text: string, details: ErrorDetails = {}) {
    const lines = [text];
    if (details.at) lines.push(`  at ${details.at}`);
    if (details.help) lines.push(`  help: ${details.help}`);
    super(lines.join("\n"), details.cause === undefined ? undefined : { cause: details.cause });
    this.name = "GradcError";
    this.code = code;
    if (details.at) this.at = details.at;
    if (details.help) this.help = details.help;
  }
}

/** A broken invariant: a bug in gradc, never the user's mistake. */
export class InternalError extends Error {
  constructor(text: string) {
    super(`${text}\n  this is a bug in gradc`);
    this.name = "InternalError";
  }
}
