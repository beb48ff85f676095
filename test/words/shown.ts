// What is read of a page in each format: no commands, tags and keys, and no source.

/** The texts of LaTeX, without letters of axes. */
export const ofLatex = (latex: string): string => latex.replaceAll(/\\(?:begin|end)\{\w+\}|\\[a-zA-Z]+|\[4pt\]|_\{[a-z]+\}/g, " ");

/** The texts of HTML or of a picture, and those of attributes that are read; without the picture that is part of a page. */
export function ofHtml(html: string): string {
  const whole = html.startsWith("<svg") ? html : html.replace(/<svg[\s\S]*?<\/svg>/, " ");
  const shown = whole.replaceAll(/<(style|script|pre)\b[\s\S]*?<\/\1>|<h3>[^<]*\.ts<\/h3>/g, " ");
  const attributes = [...shown.matchAll(/\b(?:title|aria-label|data-said|lang|alt)="([^"]*)"/g)].map(([, value]) => value);
  return [...attributes, shown.replaceAll(/<[^>]*>/g, " ")].join("\n").replaceAll(/&\w+;/g, " ");
}

/** Keys of JSON whose values are names of the format, and not read. */
const formal = new Set(["kind", "part", "op", "dtype", "verdict", "of", "sources", "file", "spec", "at"]);

/** The texts of JSON. */
export function ofJson(json: unknown): string[] {
  if (typeof json === "string") return [json];
  if (typeof json !== "object" || json === null) return [];
  return Object.entries(json).flatMap(([key, value]) => (formal.has(key) ? [] : ofJson(value)));
}
