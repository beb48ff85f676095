// What the colours and signs of a picture say, below it.
import { broken, type Scene, type Way } from "./scene.ts";

/** Letters that stand side by side without being too small on a telephone. */
const narrowest = 320;

/** Writes the lines below all that is drawn, broken where they are wider than that. */
export function legendOf(scene: Scene, lines: readonly (readonly [Way, string])[]): void {
  const { left, right, bottom } = scene.bounds();
  const width = Math.max(narrowest, right - left);
  let y = bottom + 34;
  for (const [way, line] of lines)
    for (const text of broken(line, width, " ")) {
      scene.label({ x: left, y, text, way, anchor: "start" });
      y += 18;
    }
}
