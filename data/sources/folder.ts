// A folder of pictures: a folder in it for each class.
import { badOption, cannotReadFile } from "../../runtime/diagnostics.ts";
import { checkOptions } from "../../runtime/options.ts";
import { type HeldDataset, heldDataset } from "../dataset/dataset.ts";
import { badFile } from "../dataset/diagnostics.ts";
import type { Base } from "../dataset/rows.ts";
import { laterColumn, numberValues, type Values } from "../dataset/values.ts";
import { decodePicture, isPicture } from "./pictures.ts";

/** How pictures are read. */
export interface FolderOptions {
  /** 1 makes all pictures grey, 3 gives all of them colours; as the files are unless stated. How opaque pixels are is left out. */
  readonly channels?: 1 | 3 | undefined;
}

interface Labelled {
  readonly file: string;
  readonly label: number;
}

type FileSystem = typeof import("node:fs");

function fileSystem(): FileSystem {
  const found = globalThis.process?.getBuiltinModule?.("node:fs");
  if (!found) throw badFile("folder", "there are no folders here", "fromFolder", "fromArrays takes rows that a page makes of its files");
  return found;
}

/** Whether a path is a folder; a link to nothing is none. */
const isFolder = ({ stat }: FileSystem["promises"], path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );

/** Paths with / wherever, so that their order is the same everywhere. */
const sorted = (paths: readonly string[]): string[] => paths.map((path) => path.replaceAll("\\", "/")).sort();

/** The files in a folder and in those below it, each folder once: links may lead back to it. */
async function filesBelow(promises: FileSystem["promises"], folder: string, read: Set<string>): Promise<string[]> {
  const real = await promises.realpath(folder);
  if (read.has(real)) return [];
  read.add(real);
  const entries = await promises.readdir(folder, { withFileTypes: true });
  const files: string[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = `${folder}/${entry.name}`;
    const isBelow = entry.isSymbolicLink() ? await isFolder(promises, path) : entry.isDirectory();
    if (isBelow) for (const file of await filesBelow(promises, path, read)) files.push(`${entry.name}/${file}`);
    else files.push(entry.name);
  }
  return files;
}

/** The files of each class. @throws GradcError `cannot-read`, `bad-file` */
async function filesIn(folder: string): Promise<{ readonly classes: readonly string[]; readonly files: readonly Labelled[] }> {
  const { promises } = fileSystem();
  const fail = (cause: unknown): never => {
    throw cannotReadFile(folder, cause);
  };
  const entries = await promises.readdir(folder, { withFileTypes: true }).catch(fail);
  const isClass = await Promise.all(
    entries.map(async (entry) => !entry.name.startsWith(".") && (await isFolder(promises, `${folder}/${entry.name}`))),
  );
  const classes = sorted(entries.filter((_, at) => isClass[at]).map(({ name }) => name));
  const lists = await Promise.all(classes.map((name) => filesBelow(promises, `${folder}/${name}`, new Set()).catch(fail)));
  const pictures = lists.map((list) => sorted(list).filter((file) => isPicture(file) && !/(^|\/)\./.test(file)));
  const empty = classes.find((_, label) => pictures[label]?.length === 0);
  if (classes.length === 0) throw badFile("folder", "it holds no folders, one for each class", folder, "folder/cat/1.png, folder/dog/2.jpg");
  if (empty !== undefined) throw badFile("folder", `the class "${empty}" has no PNG and no JPEG files`, folder);
  return { classes, files: pictures.flatMap((list, label) => list.map((file) => ({ file: `${folder}/${classes[label]}/${file}`, label }))) };
}

const pathOf = (source: string | URL): string =>
  source instanceof URL || source.startsWith("file:")
    ? (globalThis.process?.getBuiltinModule?.("node:url").fileURLToPath(source) ?? String(source))
    : source;

/**
 * The pictures in a folder of folders, of which each is a class: rows of `image`, `{ data, width, height, channels }` with values from 0 to 255, and
 * `label`, the number of the class by name. A file is read when its row is made. JPEG takes the package `sharp`. Not in a page.
 * @throws GradcError `cannot-read`, `bad-file`, `bad-option`, `unknown-option`; a row also `no-package`
 */
export async function fromFolder(source: string | URL, options: FolderOptions = {}): Promise<HeldDataset> {
  checkOptions(options, { channels: "a whole number" });
  const channels = options?.channels;
  if (channels !== undefined && channels !== 1 && channels !== 3) throw badOption("channels", channels, "1 or 3");
  if (typeof source !== "string" && !(source instanceof URL)) throw badOption("source", source, "the path or URL of a folder");
  const folder = pathOf(source).replace(/[/\\]+$/, "");
  const { promises } = fileSystem();
  const { classes, files } = await filesIn(folder);
  const at = (row: number): number => (files[row] as Labelled).label;
  const column = { name: "label", labels: classes, missing: 0, at, toArray: () => Float64Array.from(files, ({ label }) => label) };
  const label: Values = { ...numberValues(column, files.length), kind: "class" };
  const base: Base = {
    length: files.length,
    columns: new Map([["label", label]]),
    isPartial: true,
    async row(place) {
      const { file, label } = files[place] as Labelled;
      const bytes = await promises.readFile(file).catch((cause) => {
        throw cannotReadFile(file, cause);
      });
      return { image: await decodePicture(bytes, file, channels), label };
    },
    indexOf: (place) => place,
    placeOf: (place) => (files[place] as Labelled).file,
  };
  const image = laterColumn("image", undefined, () => badFile("folder", "its pictures are read when rows are made", folder));
  return heldDataset(
    { base, maps: [] },
    [],
    new Map([
      ["image", image],
      ["label", column],
    ]),
  );
}
