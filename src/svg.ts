// What all pictures in SVG share.

/** A number of pixels; more digits are seen by nobody. */
export const brief = (value: number): string => String(Math.round(value * 10) / 10);
