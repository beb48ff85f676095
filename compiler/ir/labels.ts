/** The labels of a contraction, one letter an axis: `ik,kj->ij`. */
export interface Labels {
  readonly x: string;
  readonly y: string;
  readonly result: string;
}

/** Undefined where `spec` has another form. */
export function readLabels(spec: string): Labels | undefined {
  const [, x, y, result] = /^([a-zA-Z]*),([a-zA-Z]*)->([a-zA-Z]*)$/.exec(spec) ?? [];
  return x === undefined || y === undefined || result === undefined ? undefined : { x, y, result };
}

export const writeLabels = ({ x, y, result }: Labels): string => `${x},${y}->${result}`;
