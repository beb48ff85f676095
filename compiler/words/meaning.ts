// How a table of words says what a function means.

/** What a function or a sign means; `settings` are what stands below its name, `3×3,stride=2` as `["3×3", "stride=2"]`; its windows have `rank` axes, and all of it on a page are of so many `classes`. */
export type Meaning = string | ((settings: readonly string[], rank: number, classes?: number) => string);
