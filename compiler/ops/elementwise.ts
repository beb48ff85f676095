import { arithmetic } from "./arithmetic.ts";
import { selection } from "./selection.ts";
import { transcendental } from "./transcendental.ts";

/** Ops that work element by element on operands of equal shape. */
export const elementwise = { ...arithmetic, ...transcendental, ...selection };
