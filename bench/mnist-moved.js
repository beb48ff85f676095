// What `mnist.ts` makes of a picture in worker threads: turned by up to 10 degrees and moved by up to 2 pixels, levels from 0 to 1.
import { randomNumbers, rotate, toFloat, translate } from "gradc/augment";

const side = 28;
const [degrees, pixels] = [10, 2];

export default ({ image, label }, { seed, epoch, index }) => {
  const random = randomNumbers([seed, epoch, index]);
  const between = (most) => (2 * random() - 1) * most;
  const turned = rotate({ data: image, width: side, height: side, channels: 1 }, between(degrees), { interpolation: "bilinear" });
  return { x: toFloat(translate(turned, Math.round(between(pixels)), Math.round(between(pixels)))), digit: label };
};
