// Lines of pages that are damaged in one place, and whether a reader notices.

import { differenceOf } from "./compare.ts";
import { type Damage, damaged } from "./damage.ts";
import type { Subject } from "./harness.ts";
import { type Line, type Page, readPageText } from "./page.ts";
import { readLines } from "./read.ts";

export interface Mutant extends Pick<Damage, "kind"> {
  readonly line: string;
  readonly isNoticed: boolean;
}

/** Each damage to each line of a page that is right by itself, the other values being known; `subjects` are one page with values of several seeds. */
export function mutantsOf(subjects: readonly Subject[]): Mutant[] {
  const page = readPageText((subjects[0] as Subject).text);
  return page.lines.flatMap((line) => {
    const isRight = (text: string) => subjects.every((subject) => isRightAlone(subject, page, line, text));
    const [own] = line.right as [string];
    if (line.rule || line.section.startsWith("The same") || !isRight(own)) return [];
    return damaged(own).map(({ kind, text }) => ({ kind, line: `${line.left} = ${text}`, isNoticed: !isRight(text) }));
  });
}

function isRightAlone(subject: Subject, page: Page, line: Line, text: string): boolean {
  const others = page.lines.filter((other) => other.left !== line.left && !other.rule);
  const where = others.flatMap((other) => other.where);
  const alone: Line = { ...line, right: [text], where: [...where, ...line.where] };
  const given = subject.given(page);
  const truths = others.flatMap((other) => {
    const truth = subject.truth(other);
    return truth ? [[other.left, truth] as const] : [];
  });
  const [found] = readLines({ ...page, lines: [alone] }, { ...given, names: new Map([...given.names, ...truths]) });
  const truth = subject.truth(line);
  return found?.value !== undefined && truth !== undefined && differenceOf(found.value, truth) === "";
}
