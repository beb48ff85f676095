// What compiles and is most likely a slip.
import { channelsLast } from "./channels-last.ts";
import { endedChoice } from "./ended-choice.ts";
import { link } from "./link.ts";
import type { Lint, Subject } from "./lint.ts";
import { notTrained } from "./not-trained.ts";
import { overflow } from "./overflow.ts";
import { unreadInput } from "./unread-input.ts";

/** In the order in which their warnings are given. */
export const lints: readonly Lint[] = [unreadInput, notTrained, overflow, endedChoice, link, channelsLast];

/** The warnings of all lints about a definition and its program, not yet lowered. */
export const definitionWarnings = (subject: Subject): string[] => lints.flatMap((lint) => lint.look(subject));
