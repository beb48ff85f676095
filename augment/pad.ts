// Borders.
import { badOption } from "../runtime/diagnostics.ts";
import { checkLevel, checkList, checkPlace, checkSettings, perChannel } from "./checks.ts";
import { gather, indices, outside } from "./gather.ts";
import { checkImage, type Image } from "./image.ts";

/** What stands in a border, by the place outside of `[0, extent)`. */
const modes = {
  constant: { most: () => Number.POSITIVE_INFINITY, at: () => outside },
  edge: { most: () => Number.POSITIVE_INFINITY, at: (at: number, extent: number) => (at < 0 ? 0 : extent - 1) },
  reflect: { most: (extent: number) => extent - 1, at: (at: number, extent: number) => (at < 0 ? -at : 2 * (extent - 1) - at) },
  symmetric: { most: (extent: number) => extent, at: (at: number, extent: number) => (at < 0 ? -1 - at : 2 * extent - 1 - at) },
} as const;

type Mode = keyof typeof modes;

/** Settings of `pad`. */
export interface PadOptions {
  /** What stands in the border: `fill`, the pixel at the edge, or the image reflected, without its edge or with it (default: "constant"). */
  readonly mode?: "constant" | "edge" | "reflect" | "symmetric" | undefined;
  /** The level of a constant border, one for all or one for each channel (default: 0). */
  readonly fill?: number | readonly number[] | undefined;
}

/** The place in the image that each place of the padded one shows. */
function padded(extent: number, before: number, after: number, mode: Mode): Int32Array {
  // A border below 0 is cut off, and what is left is reflected.
  const start = Math.max(-before, 0);
  const kept = extent - start - Math.max(-after, 0);
  const most = modes[mode].most(kept);
  const size = before + extent + after;
  if (kept < 1 || size < 1) throw badOption("padding", Math.min(before, after), `less than the ${extent} pixels of the image cut off`);
  if (Math.max(before, after) > most) throw badOption("padding", Math.max(before, after), `at most ${most} for "${mode}"`);
  return indices(size, (index) => {
    const at = index - Math.max(before, 0);
    const inside = at >= 0 && at < kept ? at : modes[mode].at(at, kept);
    return inside === outside ? outside : inside + start;
  });
}

/**
 * The image with borders of so many pixels, any number of channels; a border below 0 is cut off.
 * @example pad(image, [2, 2, 2, 2], { mode: "reflect" })
 * @throws GradcError `bad-image`, `bad-option`, also where the image is too small to be reflected, `unknown-option`
 */
export function pad(image: Image, padding: readonly [left: number, top: number, right: number, bottom: number], options: PadOptions = {}): Image {
  checkImage(image);
  const [left, top, right, bottom] = checkList("padding", padding, "left, top, right, bottom", checkPlace);
  checkSettings(options, { mode: Object.keys(modes).join(" or "), fill: "number or Array" });
  const { mode = "constant", fill } = options;
  const levels = fill === undefined ? undefined : perChannel("fill", fill, image.channels, checkLevel);
  return gather(image, padded(image.height, top, bottom, mode), padded(image.width, left, right, mode), levels);
}

/** The place inside of `[0, extent)` that one up to `extent - 1` before or after shows in a mirror. */
export const reflected = (at: number, extent: number): number => (at >= 0 && at < extent ? at : modes.reflect.at(at, extent));
