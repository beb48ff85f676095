// MathML of a long line in pieces, each of which may begin a row: browsers break rows between them and not within mathematics.

/** An element with what it holds, or a text. */
type Part = Element | string;

interface Element {
  readonly tag: string;
  readonly attributes: string;
  readonly parts: Part[];
}

/** The element that well-formed MathML is. */
function read(mathml: string): Element {
  const root: Element = { tag: "", attributes: "", parts: [] };
  const open = [root];
  for (const [token, end, tag = "", attributes = ""] of mathml.matchAll(/<(\/?)([a-z]+)([^>]*)>|[^<]+/g)) {
    const last = open.at(-1) as Element;
    if (token[0] !== "<") last.parts.push(token);
    else if (end) open.pop();
    else {
      const element = { tag, attributes, parts: [] };
      last.parts.push(element);
      open.push(element);
    }
  }
  return root.parts[0] as Element;
}

const write = (part: Part): string =>
  typeof part === "string" ? part : `<${part.tag}${part.attributes}>${part.parts.map(write).join("")}</${part.tag}>`;

const textOf = (part: Part): string => (typeof part === "string" ? part : part.parts.map(textOf).join(""));

/** Letters that stay together. */
const narrow = 24;

const isStretchy = (part: Part): boolean => typeof part !== "string" && part.tag === "mo" && part.attributes.includes('stretchy="true"');

/** What stands side by side, long groups taken apart whose brackets do not grow with what they hold. */
function flat({ parts }: Element): Element[] {
  return parts.flatMap((part) => {
    if (typeof part === "string") return [];
    const isGroup = part.tag === "mrow" && part.attributes === "" && !part.parts.some(isStretchy);
    return isGroup && textOf(part).length > narrow ? flat(part) : [part];
  });
}

const isSign = (part: Element, signs: string): boolean => part.tag === "mo" && signs.includes(textOf(part)) && textOf(part) !== "";

/** Behind what a sign is none between two operands. */
const opens = "([,;=←<>≤≥≠";

/** Whether `part` is the space between two factors, of a piece that is long by itself. */
const isGap = (part: Element, piece: readonly Element[] | undefined): boolean =>
  part.tag === "mspace" && piece !== undefined && piece.map(textOf).join("").length > narrow;

/** The pieces of what stands side by side: a new one before a sign between two operands, behind a comma, and between the factors of a long one. */
function grouped(all: readonly Element[]): Element[][] {
  const groups: Element[][] = [];
  for (const [i, part] of all.entries()) {
    const before = all[i - 1];
    const isBetween = before !== undefined && isSign(part, "+−⊙⊗") && !isSign(before, opens);
    const isBehind = before !== undefined && isSign(before, ",;=←");
    if (before === undefined || isBetween || isBehind || isGap(before, groups.at(-1))) groups.push([]);
    const infix = isBetween || isSign(part, "=←") ? { ...part, attributes: ` form="infix"${part.attributes}` } : part;
    (groups.at(-1) as Element[]).push(infix);
  }
  return groups;
}

/** Letters in a piece that is wider than paper. */
const broad = 70;

const isLong = (piece: readonly Element[]): boolean => piece.map(textOf).join("").length > broad;

/** The formula `mathml`, a `<math>` element, as one or several of them. */
export function inPieces(mathml: string): string[] {
  const math = read(mathml);
  if (textOf(math).length <= narrow) return [mathml];
  return grouped(flat(math)).map(
    (group) => `<math${math.attributes}${isLong(group) ? ' class="long"' : ""}><mrow>${group.map(write).join("")}</mrow></math>`,
  );
}
