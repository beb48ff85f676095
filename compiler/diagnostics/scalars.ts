// What is said of networks that have no page of scalars, and of what is put into one.
import { GradcError } from "../../runtime/error.ts";

/** A value that is none of the neurons of a chain of layers, and where it was written. */
export const noNeurons = (value: string, reason: string, at?: string): GradcError =>
  new GradcError("no-neurons", `Cannot write neurons: ${value} ${reason}`, {
    at,
    help: "without --notation and --index the page is written in whole values, for any network",
  });

/** Several examples for a page of one. */
export const oneExample = (rows: number): GradcError =>
  new GradcError("no-neurons", `Cannot put in ${rows} examples: a page of neurons is of one`, {
    help: "one row in the file of --at, or --index, whose page is of a batch",
  });

/** A class that is none of those of the page. */
export const noClass = (row: number, got: number, classes: number): GradcError =>
  new GradcError("no-neurons", `Cannot put in the class of example ${row}\n  got       ${got}\n  expected  a class from 0 to ${classes - 1}`);

/** More lines than anybody reads. */
export const tooManyLines = (lines: number, most: number): GradcError =>
  new GradcError("no-neurons", `Cannot put numbers in: that would be ${lines} lines, of which at most ${most} are written`, {
    help: "--at without --notation gives a table of the values",
  });

/** An option that a page is not written with, or two that exclude each other. */
export const notOnPage = (option: string, expected: string): GradcError =>
  new GradcError("not-on-page", `This page is not written with ${option}\n  expected  ${expected}`);

/** A file of JSON that holds no weights. */
export const notWeights = (path: string, got: string): GradcError =>
  new GradcError(
    "not-json",
    `"${path}" holds no weights\n  got       ${got}\n  expected  values by full name, such as {"z.weight": [[0.5, -1]], "z.bias": [0.25, 0]}`,
  );
