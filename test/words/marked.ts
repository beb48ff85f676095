// A language that is made up: every word of the table in marks, `‹chain› ‹rule›`, and what is left of a page without them.

/** What marks may end in where a text is cut. */
const marks = /‹[^‹›…]*(?:›|…|$)/gu;
/** Two letters or more, but what is cut off. */
const word = /[a-z]{2,}(?![a-z]|…)/giu;

/** Words in marks, those of `holes` left as they are. */
function markedText(text: string, holes: readonly string[]): string {
  const [hole, ...others] = holes;
  if (hole === undefined) return text.replace(/‹[^›]*›|\p{L}{2,}/gu, (found) => (found.startsWith("‹") ? found : `‹${found}›`));
  return text
    .split(hole)
    .map((part) => markedText(part, others))
    .join(hole);
}

/** Texts that a sentence was given. */
const textsIn = (given: unknown): string[] => (typeof given === "string" ? [given] : Array.isArray(given) ? given.flatMap(textsIn) : []);

type Sentence = (...given: readonly unknown[]) => unknown;

/** A sentence whose own words are marked; those that it says by a function that it is given are so before that. */
const markedSentence =
  (sentence: Sentence): Sentence =>
  (...given) => {
    const says = given.some((each) => typeof each === "function");
    const said = sentence(...given.map((each) => (typeof each === "function" ? (text: string) => each(markedText(text, [])) : each)));
    const holes = textsIn(given).filter((text) => text.match(word));
    return says
      ? said
      : markedText(
          said as string,
          holes.sort((a, b) => b.length - a.length),
        );
  };

/** A table of words in the language. */
export function marked<T>(table: T): T {
  if (typeof table === "string") return markedText(table, []) as T;
  if (typeof table === "function") return markedSentence(table as unknown as Sentence) as T;
  if (Array.isArray(table)) return table.map(marked) as T;
  return Object.fromEntries(Object.entries(table as object).map(([key, value]) => [key, marked(value)])) as T;
}

/** The words of `text` that stand in no marks and are none of `known`, each once. */
export const wordsLeft = (text: string, known: ReadonlySet<string>): string[] => [
  ...new Set((text.replaceAll(marks, " ").match(word) ?? []).filter((found) => !known.has(found))),
];
