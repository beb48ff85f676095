// Dropout of whole channels.
import { shapeMismatch } from "../../compiler/diagnostics/tensors.ts";
import { checkOptions, checkSetting } from "../settings.ts";
import { float } from "../tensor.ts";
import { dropped, probability } from "./dropout.ts";
import { createLayer, type Layer, type Named, namedKinds } from "./layer.ts";
import { twoForms } from "./two-forms.ts";

const channelDropout = (kind: string, rank: number, layout: string) =>
  twoForms(kind, (p: number = 0.5, options: Named = {}): Layer => {
    const attempt = `Cannot apply "nn.${kind}"`;
    checkSetting(attempt, "p", p, probability);
    checkOptions(attempt, options, namedKinds);
    return createLayer({
      kind,
      name: options.name,
      apply([given]) {
        const x = float(attempt, given);
        if (x.shape.length !== rank) throw shapeMismatch(attempt, [x.shape], layout);
        return dropped(
          x,
          p,
          x.shape.map((extent, axis) => (axis < 2 ? extent : 1)),
        );
      },
    });
  });

/** As `nn.dropout` (Tompson et al. 2015), of whole channels of `[batch, channels, length]`. @throws GradcError `shape-mismatch` */
export const dropout1d = channelDropout("dropout1d", 3, "[batch, channels, length]");
/** As `nn.dropout`, of whole channels of images `[batch, channels, height, width]`. @throws GradcError `shape-mismatch` */
export const dropout2d = channelDropout("dropout2d", 4, "[batch, channels, height, width]");
