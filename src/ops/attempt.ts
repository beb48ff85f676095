/** The beginning of an error of `ops.name`. */
export const attempt = (name: string): string => `Cannot apply "ops.${name}"`;
