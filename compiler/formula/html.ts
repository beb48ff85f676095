import { type Accent, type Lettered, lettered } from "./letters.ts";
import { levels, type Notation } from "./notation.ts";
import { text } from "./text.ts";

/** A text that stands in a page as it is, in an attribute too. */
export const escaped = (raw: string): string =>
  raw.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;").replace(/'/g, "&#39;");

const accents: Readonly<Record<Accent, string>> = { hat: "\u0302", bar: "\u0304", tilde: "\u0303" };

/** A name in italics, what belongs below it as an index. */
const name = (raw: string, step?: string): string => set(lettered(raw), step);

function set({ base, accent, below, marks }: Lettered, step?: string): string {
  const index = [...below.map((part) => set(part)), ...(step === undefined ? [] : [escaped(step)])];
  const letters = /^\d+$/.test(base) ? base : `<var>${escaped(base)}${accent === undefined ? "" : accents[accent]}</var>`;
  return `${letters}${index.length === 0 ? "" : `<sub>${index.join(",")}</sub>`}${marks}`;
}

/** Mathematics as HTML phrasing content: names in `<var>`, indices in `<sub>`, powers in `<sup>`, the rest as in the text. */
export const html: Notation = {
  ...text,
  number: escaped,
  name,
  element: (base, index, layer) => {
    const below = index.join(index.some((each) => each.length > 1) ? "," : "");
    return `${name(base)}${below === "" ? "" : `<sub>${below}</sub>`}${layer === undefined ? "" : `<sup>(${layer})</sup>`}`;
  },
  partial: (of, by) => `∂${name(of)}/∂${by}`,
  derivative: (of, by) => `∂${name(of)}/∂${name(by)}`,
  call: (callee, args, subscript) => ({
    text:
      callee === "sqrt"
        ? `√(${args.join(", ")})`
        : `${escaped(callee)}${subscript === undefined ? "" : `<sub>${escaped(subscript)}</sub>`}(${args.join(", ")})`,
    level: levels.atom,
  }),
  infix: (sign) => escaped(text.infix(sign)),
  power: (base, exponent) => `${base}<sup>${exponent}</sup>`,
  transpose: (base) => `${base}<sup>⊤</sup>`,
  indexed: (base, places) => `${base}[${places.map(escaped).join(",")}]`,
  largest: (name, over, body) => `${name}<sub>${over.map(escaped).join(",")}</sub> ${body}`,
  series: (over, body) => `Σ<sub>${over}</sub> ${body}`,
  sum: (over, body) => `Σ${over.length === 0 ? "" : `<sub>${over.map(escaped).join(",")}</sub>`} ${body}`,
};
