import * as functions from "./functions.ts";
import { type ScalarOps, scalar } from "./scalar.ts";

type Functions = typeof functions;

interface Ops extends ScalarOps, Functions {}

/** `ops.*`: every primitive except the sources, and what is commonly made of them. */
export const ops: Ops = Object.freeze({ ...scalar, ...functions });
