// SVG as its elements; throws where it is no well-formed XML.
import { cornersOf, type Label, type Point } from "../../src/picture/scene.ts";

export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** What is written in it, without its elements. */
  text: string;
  readonly children: Element[];
}

const token = /<(\/?)([A-Za-z][\w-]*)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>|([^<]+)/y;

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };

const decoded = (text: string): string => {
  if (/&(?!(amp|lt|gt|quot|#39);)/.test(text)) throw new Error(`an & that is no entity: ${text}`);
  return text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => entities[name] as string);
};

function attributesOf(text: string): Record<string, string> {
  const pairs = [...text.matchAll(/([\w:-]+)="([^"]*)"/g)].map(([, name, value]) => [name as string, decoded(value as string)] as const);
  if (new Set(pairs.map(([name]) => name)).size < pairs.length) throw new Error(`an attribute twice: ${text}`);
  return Object.fromEntries(pairs);
}

export function parseSvg(svg: string): Element {
  const root: Element = { name: "", attributes: {}, text: "", children: [] };
  const open = [root];
  token.lastIndex = 0;
  while (token.lastIndex < svg.length) {
    const from = token.lastIndex;
    const found = token.exec(svg);
    if (!found) throw new Error(`no XML at: ${svg.slice(from, from + 60)}`);
    const [, isEnd, name = "", attributes = "", isEmpty, text] = found;
    const parent = open.at(-1) as Element;
    if (text !== undefined) parent.text += decoded(text);
    else if (isEnd) {
      if (open.pop()?.name !== name) throw new Error(`</${name}> ends another element`);
    } else {
      const element: Element = { name, attributes: attributesOf(attributes), text: "", children: [] };
      parent.children.push(element);
      if (!isEmpty) open.push(element);
    }
  }
  const [only, ...others] = root.children;
  if (open.length !== 1 || !only || others.length > 0) throw new Error("not one element");
  return only;
}

/** All elements in it, by what they are. */
export const elementsIn = (element: Element, fits: (element: Element) => boolean): Element[] => [
  ...(fits(element) ? [element] : []),
  ...element.children.flatMap((child) => elementsIn(child, fits)),
];

export const byClass = (element: Element, name: string): Element[] =>
  elementsIn(element, ({ attributes }) => (attributes.class ?? "").split(" ").includes(name));

export const textsIn = (element: Element): Element[] => elementsIn(element, ({ name }) => name === "text");

/** The corners of a text, from what is written alone. */
export function cornersOfText({ attributes, text }: Element): Point[] {
  const { x, y, style = "", transform = "", "text-anchor": anchor } = attributes;
  const [, degrees, cx, cy] = /rotate\((\S+) (\S+) (\S+)\)/.exec(transform) ?? [];
  const size = Number(/font-size:([\d.]+)px/.exec(style)?.[1] ?? 12);
  const turn = degrees === undefined ? {} : { turn: { degrees: Number(degrees), x: Number(cx), y: Number(cy) } };
  return cornersOf({ x: Number(x), y: Number(y), text, size, anchor: anchor as NonNullable<Label["anchor"]>, way: "plain", ...turn });
}

/** Points along a path of cubic curves. */
export function pointsOfCurve({ attributes }: Element): Point[] {
  const [start = "", ...curves] = (attributes.d ?? "").split("C");
  let [x, y] = start.slice(1).split(" ").map(Number) as [number, number];
  return curves.flatMap((curve) => {
    const [x1, y1, x2, y2, nextX, nextY] = curve.split(" ").map(Number) as [number, number, number, number, number, number];
    const at = (a: number, b: number, c: number, d: number, t: number) =>
      (1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t ** 2 * c + t ** 3 * d;
    const points = Array.from({ length: 21 }, (_, i): Point => [at(x, x1, x2, nextX, i / 20), at(y, y1, y2, nextY, i / 20)]);
    [x, y] = [nextX, nextY];
    return points;
  });
}
