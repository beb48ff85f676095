// What the colours and signs of a picture say, below it.
import { type Scene, type Way, widthOf } from "./scene.ts";

/** Letters that stand side by side without being too small on a telephone. */
const narrowest = 420;

/** Writes the lines below all that is drawn, broken where they are wider than that. */
export function legendOf(scene: Scene, lines: readonly (readonly [Way, string])[]): void {
  const { left, right, bottom } = scene.bounds();
  const width = Math.max(narrowest, right - left);
  let y = bottom + 34;
  for (const [way, line] of lines)
    for (const text of broken(line, width)) {
      scene.label({ x: left, y, text, way, anchor: "start" });
      y += 18;
    }
}

/** A line as lines of words that are no wider than `width`. */
function broken(line: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of line.split(" ")) {
    const longer = lines.length === 0 ? word : `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && widthOf(longer) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
