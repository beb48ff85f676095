/** Whether `name` matches one of the patterns, in which `*` stands for any characters. */
export const matches = (patterns: readonly string[], name: string): boolean =>
  patterns.some((pattern) =>
    new RegExp(
      `^${String(pattern)
        .replace(/[^\w*]/g, "\\$&")
        .replace(/\*/g, ".*")}$`,
    ).test(name),
  );
