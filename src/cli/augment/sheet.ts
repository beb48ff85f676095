// A contact sheet: images in rows and columns, each row with its label.
import { type Image, resize } from "../../../augment/index.ts";
import { letter, lineHeight, type Sheet, widthOf } from "./lettering.ts";

/** A row of a sheet; the label has a line or two. */
export interface SheetRow {
  readonly label: readonly string[];
  readonly images: readonly Image[];
}

const gap = 4;

const largest = 96;
const smallest = 64;

/** An image as it stands on a sheet: small ones with larger pixels, large ones smaller, in colour. */
function shown(image: Image): Image {
  const longest = Math.max(image.width, image.height);
  const scale = longest > largest ? largest / longest : Math.ceil(smallest / longest);
  const size = [Math.max(Math.round(image.height * scale), 1), Math.max(Math.round(image.width * scale), 1)] as const;
  return longest > largest ? resize(image, size, { antialias: true }) : resize(image, size, { interpolation: "nearest" });
}

function place(sheet: Sheet, { data, width, height, channels }: Image, left: number, top: number): void {
  for (let at = 0; at < width * height; at++) {
    const to = 3 * ((top + Math.floor(at / width)) * sheet.width + left + (at % width));
    for (let channel = 0; channel < 3; channel++) sheet.data[to + channel] = data[at * channels + (channel % channels)] as number;
  }
}

/** A white sheet with the names of the columns above and the labels of the rows before their images. */
export function contactSheet(columns: readonly string[], rows: readonly SheetRow[]): Image {
  const tiles = rows.map(({ images }) => images.map(shown));
  const all = tiles.flat();
  const wide = Math.max(...all.map(({ width }) => width), ...columns.map(widthOf)) + gap;
  const high = Math.max(...all.map(({ height }) => height), 2 * lineHeight) + gap;
  const margin = Math.max(...rows.flatMap(({ label }) => label.map(widthOf))) + 2 * gap;
  const [width, height] = [margin + columns.length * wide, gap + lineHeight + rows.length * high];
  const sheet: Sheet = { data: new Uint8Array(width * height * 3).fill(255), width, height, channels: 3 };
  columns.forEach((name, column) => {
    letter(sheet, name, margin + column * wide, gap);
  });
  rows.forEach(({ label }, row) => {
    const top = gap + lineHeight + row * high;
    label.forEach((line, at) => {
      letter(sheet, line, gap, top + at * lineHeight);
    });
    tiles[row]?.forEach((tile, column) => {
      place(sheet, tile, margin + column * wide, top);
    });
  });
  return sheet;
}
