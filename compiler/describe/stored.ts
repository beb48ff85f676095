// What a module stores of its program: the text from which its page is made, letter by letter that of the definition.
import type { PlaceOf } from "../ir/elements.ts";
import type { Program } from "../ir/entry.ts";
import { storedPassages } from "../ir/passages.ts";
import { printProgram } from "../ir/print.ts";
import { namesInOrder } from "./source-order.ts";

/** The program with what only its page needs. */
export const storedText = (program: Program, placeOf?: PlaceOf): string =>
  printProgram({ ...program, passages: storedPassages(program.graph), order: namesInOrder(program.graph) }, placeOf);
