// The words of all pages, in the language that they are written in. Another language is another folder beside `english`, with a table of the same type.
import { english } from "./english/index.ts";

/** All words of pages: texts, and sentences as functions of what stands in them. */
export type Words = typeof english;

/** Those that are printed. */
export const words: Words = english;
