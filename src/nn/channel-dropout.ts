// Dropout of whole channels.
import { shapeMismatch } from "../../compiler/diagnostics/tensors.ts";
import { attemptOf } from "./activation.ts";
import { dropoutBy, dropped } from "./dropout.ts";

const channelDropout = (kind: string, rank: number, layout: string) =>
  dropoutBy(kind, (x, p) => {
    if (x.shape.length !== rank) throw shapeMismatch(attemptOf(kind), [x.shape], layout);
    const channels = x.shape.map((extent, axis) => (axis < 2 ? extent : 1));
    return dropped(x, p, channels);
  });

/** As `nn.dropout` (Tompson et al. 2015), of whole channels of `[batch, channels, length]`. @throws GradcError `shape-mismatch` */
export const dropout1d = channelDropout("dropout1d", 3, "[batch, channels, length]");
/** As `nn.dropout`, of whole channels of images `[batch, channels, height, width]`. @throws GradcError `shape-mismatch` */
export const dropout2d = channelDropout("dropout2d", 4, "[batch, channels, height, width]");
