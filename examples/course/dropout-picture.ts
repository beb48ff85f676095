/** One panel: a title, and which hidden neurons take part. */
export interface Panel {
  readonly title: string;
  readonly isIn: readonly boolean[];
}

const size = { width: 200, height: 190 };
const columns = { input: 30, hidden: 100, output: 170 };
const inputs = 3;

const place = (at: number, count: number): number => 30 + ((at + 0.5) * (size.height - 30)) / count;

const edge = (x1: number, y1: number, x2: number, y2: number) => `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke="#888"/>`;

const neuron = (x: number, y: number, isIn = true) =>
  `<circle cx="${x}" cy="${y}" r="9" fill="${isIn ? "#1f77b4" : "white"}" stroke="${isIn ? "#1f77b4" : "#bbb"}"/>` +
  (isIn ? "" : `<path d="M${x - 5} ${y - 5}l10 10m0 -10l-10 10" stroke="#d62728"/>`);

function drawn({ title, isIn }: Panel, at: number): string {
  const hidden = isIn.map((_, i) => place(i, isIn.length));
  const left = Array.from({ length: inputs }, (_, i) => place(i, inputs));
  const right = place(0, 1);
  const edges = hidden.flatMap((y, i) =>
    isIn[i] ? [...left.map((from) => edge(columns.input, from, columns.hidden, y)), edge(columns.hidden, y, columns.output, right)] : [],
  );
  const neurons = [
    ...left.map((y) => neuron(columns.input, y)),
    ...hidden.map((y, i) => neuron(columns.hidden, y, isIn[i])),
    neuron(columns.output, right),
  ];
  const text = `<text x="${columns.hidden}" y="18" text-anchor="middle">${title}</text>`;
  return `<g transform="translate(${at * size.width} 0)">\n    ${[text, ...edges, ...neurons].join("\n    ")}\n  </g>`;
}

/** A network of three inputs, a hidden layer and an output, once a panel: neurons that are left out have a cross and no edges. */
export const dropoutPicture = (panels: readonly Panel[]): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${panels.length * size.width} ${size.height}" font-family="sans-serif" font-size="12">
  <rect width="100%" height="100%" fill="white"/>
  ${panels.map(drawn).join("\n  ")}
</svg>
`;
