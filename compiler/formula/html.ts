import { levels, type Notation } from "./notation.ts";
import { text } from "./text.ts";

/** A text that stands in a page as it is, in an attribute too. */
export const escaped = (raw: string): string =>
  raw.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;").replace(/'/g, "&#39;");

/** A name in italics, what follows the first `_` below the line. */
function name(raw: string, step?: string): string {
  const [base = "", ...rest] = raw.split("_");
  const below = [...(rest.length === 0 ? [] : [rest.join("_")]), ...(step === undefined ? [] : [step])];
  return `<var>${escaped(base)}</var>${below.length === 0 ? "" : `<sub>${escaped(below.join(","))}</sub>`}`;
}

/** Mathematics as HTML phrasing content: names in `<var>`, indices in `<sub>`, powers in `<sup>`, the rest as in the text. */
export const html: Notation = {
  ...text,
  number: escaped,
  name,
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
  indexed: (base, letters) => `${base}[${[...letters].map(escaped).join(",")}]`,
  sum: (over, body) => `Σ${over.length === 0 ? "" : `<sub>${over.map(escaped).join(",")}</sub>`} ${body}`,
};
