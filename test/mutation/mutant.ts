/** One mistake that the tests must find. */
export interface Mutant {
  /** What is broken, unique. */
  readonly name: string;
  readonly file: string;
  /** Text that stands in the file exactly once. */
  readonly from: string;
  readonly to: string;
  /** Test files, of which one must fail. */
  readonly tests: readonly string[];
}

/** `content` with the mistake in it. @throws Error unless the text to replace stands in it exactly once */
export function mutated(content: string, { name, file, from, to }: Mutant): string {
  const [before, after, ...more] = content.split(from);
  if (before === undefined || after === undefined || more.length > 0) {
    throw new Error(`"${name}": ${file} has ${content.split(from).length - 1} places like ${from}`);
  }
  return before + to + after;
}
