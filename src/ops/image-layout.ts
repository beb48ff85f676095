// Images are [batch, channels, h, w]; what tells those with their channels last.
import { channelsLastHelp } from "../../compiler/diagnostics/tensors.ts";
import type { Shape } from "../../compiler/ir/type.ts";

/** Numbers of channels that images have: grey, colour, colour with opacity. */
export const usualChannels = new Set<unknown>([1, 3, 4]);

/** What helps where windows do not fit into `shape`, and it looks like images with their channels last. */
export const helpForChannelsLast = ([, first, , last]: Shape): string | undefined =>
  usualChannels.has(last) && !usualChannels.has(first) ? channelsLastHelp : undefined;
