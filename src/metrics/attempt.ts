/** The beginning of an error of `metrics.name`. */
export const attemptOf = (name: string): string => `Cannot apply "metrics.${name}"`;
