// `gradc augment show`: a contact sheet of what augmentation makes of an image, or of several.
import {
  apply,
  autoAugment,
  type Image,
  magnitudes,
  type OpName,
  type PolicyName,
  policies,
  randAugment,
  type Seed,
  signedOps,
  trivialAugmentWide,
} from "../../../augment/index.ts";
import { applySteps, drawSteps } from "../../../augment/policy.ts";
import { settingOutOfRange } from "../../../compiler/diagnostics/settings.ts";
import { alignColumns } from "../../../compiler/formula/columns.ts";
import { destinationOf } from "../../../files/destination.ts";
import { writeWhole } from "../../../files/whole.ts";
import { refuseOver } from "../files/refuse.ts";
import { formatBytes, type Terminal } from "../terminal.ts";
import { readImage, writePng } from "./files.ts";
import { imagesAt, type NamedImage } from "./images.ts";
import { testPicture } from "./picture.ts";
import { contactSheet, type SheetRow } from "./sheet.ts";

/** A sheet, and what is printed beside it. */
interface Shown {
  readonly columns: readonly string[];
  readonly rows: readonly SheetRow[];
  readonly table: string;
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, at) => at);

const short = (value: number): string => String(Number(value.toPrecision(3)));

/** Every op with its magnitudes, and where it has signs, in a second row with the other one. */
function opsSheet(image: Image): Shown {
  const space = Object.entries(magnitudes("autoAugment", image.height, image.width)) as [OpName, readonly number[]][];
  const lines = space.flatMap(([op, values]) =>
    (signedOps.has(op) ? [1, -1] : [1]).map((sign) => ({ op, values: values.map((value) => (value === 0 ? 0 : sign * value)), sign })),
  );
  const bins = numbers(10);
  return {
    columns: ["image", ...bins.map(String)],
    rows: lines.map(({ op, values, sign }) => ({
      label: [signedOps.has(op) ? `${op} ${sign > 0 ? "+" : "-"}` : op],
      images: [image, ...values.map((value) => apply(image, op, value))],
    })),
    table: alignColumns(
      [
        ["op", ...bins.map(String)],
        ...lines.map(({ op, values }) => [op, ...bins.map((bin) => (values.length > 1 ? short(values[bin] as number) : ""))]),
      ],
      bins.map((bin) => bin + 1),
    ),
  };
}

const seeds = numbers(8);

/** The 25 sub-policies of a table, each drawn with several seeds. */
function policySheet(image: Image, policy: PolicyName, seed: number): Shown {
  const nameOf = (bin: number | null) => (bin === null ? "" : String(bin));
  const table = policies[policy].map((steps, at) => [String(at), ...steps.flatMap(([op, chance, bin]) => [op, String(chance), nameOf(bin)])]);
  return {
    columns: ["image", ...seeds.map(String)],
    rows: policies[policy].map((steps, at) => ({
      label: steps.map(([op, chance, bin], step) => `${step === 0 ? String(at).padEnd(3) : "   "}${op} ${chance} ${nameOf(bin)}`.trimEnd()),
      images: [image, ...seeds.map((column) => applySteps(image, steps, drawSteps([seed, at, column]), {}))],
    })),
    table: alignColumns([["", "op", "probability", "magnitude", "op", "probability", "magnitude"], ...table], [0, 2, 3, 5, 6]),
  };
}

/** Images that are drawn, a seed each. */
function drawnSheet(image: Image, draw: typeof randAugment | typeof trivialAugmentWide, seed: number): Shown {
  const rows = seeds.map((row) => ({ label: [String(row)], images: [image, ...seeds.map((column) => draw(image, { seed: [seed, row, column] }))] }));
  return { columns: ["image", ...seeds.map(String)], rows, table: "" };
}

/** The magnitude by which an op is shown in a row of others: strong enough to be seen. */
const shownBin = 7;

/** A row for each image, with every op in a column. */
function opsOfImages(images: readonly NamedImage[]): Shown {
  const spaceOf = ({ image }: NamedImage) => Object.entries(magnitudes("autoAugment", image.height, image.width)) as [OpName, readonly number[]][];
  const ops = Object.keys(magnitudes("autoAugment", 1, 1));
  return {
    columns: ["image", ...ops],
    rows: images.map((each) => ({
      label: labelOf(each.name),
      images: [each.image, ...spaceOf(each).map(([op, values]) => apply(each.image, op, values[values.length > 1 ? shownBin : 0] as number))],
    })),
    table: "",
  };
}

/** A row for each image, as a policy draws it with several seeds. */
function drawsOfImages(images: readonly NamedImage[], policy: string, seed: number): Shown {
  const draw = (image: Image, of: Seed): Image => {
    if (policy === "randAugment") return randAugment(image, { seed: of });
    if (policy === "trivialAugmentWide") return trivialAugmentWide(image, { seed: of });
    return autoAugment(image, { policy: policy as PolicyName, seed: of });
  };
  const rows = images.map(({ name, image }, row) => ({
    label: labelOf(name),
    images: [image, ...seeds.map((column) => draw(image, [seed, row, column]))],
  }));
  return { columns: ["image", ...seeds.map(String)], rows, table: "" };
}

/** A name in two lines, the end of it where it is longer. */
function labelOf(name: string): string[] {
  const wide = 16;
  const end = [...name].slice(-2 * wide).join("");
  return end.length > wide ? [end.slice(0, -wide), end.slice(-wide)] : [end];
}

function sheetOf(image: Image, policy: string | undefined, seed: number): Shown {
  if (policy === undefined) return opsSheet(image);
  if (policy === "randAugment") return drawnSheet(image, randAugment, seed);
  if (policy === "trivialAugmentWide") return drawnSheet(image, trivialAugmentWide, seed);
  return policySheet(image, policy as PolicyName, seed);
}

interface ShowOptions {
  readonly out: string;
  readonly policy?: string;
  readonly seed: number;
  /** Images of a folder. */
  readonly images: number;
}

async function shownOf(paths: readonly string[], images: readonly NamedImage[] | undefined, { policy, seed }: ShowOptions): Promise<Shown> {
  if (images) return policy === undefined ? opsOfImages(images) : drawsOfImages(images, policy, seed);
  const [path] = paths;
  return sheetOf(path === undefined ? testPicture() : await readImage(path), policy, seed);
}

/** `gradc augment show`. */
export async function show(paths: readonly string[], options: ShowOptions, terminal: Terminal): Promise<void> {
  const { out } = options;
  const { isFile, stream } = await destinationOf(out);
  if (isFile && !/\.png$/i.test(out)) throw settingOutOfRange("Cannot draw a sheet", "--out", `"${out}"`, "a file that ends in .png");
  const images = paths.length > 0 ? await imagesAt(paths, options.images) : undefined;
  await refuseOver(out, { "the image": images?.map(({ path }) => path) ?? paths });
  const { columns, rows, table } = await shownOf(paths, images, options);
  const bytes = await writePng(contactSheet(columns, rows));
  await writeWhole(out, bytes);
  const print = stream ? terminal.note : terminal.out;
  if (table !== "") print(table);
  print(`${out}  ${formatBytes(bytes.length)}`);
}
