// The images that `gradc augment show` is given: files, and those of folders.
import { readdir, stat } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import type { Image } from "../../../augment/index.ts";
import { noImages } from "../../../compiler/diagnostics/commands.ts";
import { isPicture } from "../../../data/sources/pictures.ts";
import { readImage } from "./files.ts";

/** An image and what it is called. */
export interface NamedImage {
  readonly name: string;
  readonly path: string;
  readonly image: Image;
}

interface Found {
  readonly name: string;
  readonly path: string;
}

const byNumber = new Intl.Collator("en", { numeric: true });

/** The first images of a folder and of those in it, in the order of their names: `2.png` before `10.png`. @throws GradcError `no-images` */
async function inFolder(folder: string, most: number): Promise<Found[]> {
  const found = (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && isPicture(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
  if (found.length === 0) throw noImages(folder);
  return found
    .map((path) => ({ name: relative(folder, path), path }))
    .sort((a, b) => byNumber.compare(a.name, b.name))
    .slice(0, most);
}

const isFolder = async (path: string): Promise<boolean> => (await stat(path).catch(() => undefined))?.isDirectory() === true;

/**
 * The images at some paths, of each folder so many at most; undefined where there is one file, which is shown by itself.
 * @throws GradcError `cannot-read`, `not-an-image`, `no-images`, `no-package`
 */
export async function imagesAt(paths: readonly string[], most: number): Promise<NamedImage[] | undefined> {
  const found: Found[] = [];
  for (const path of paths) found.push(...((await isFolder(path)) ? await inFolder(path, most) : [{ name: basename(path), path }]));
  if (paths.length === 1 && found[0]?.path === paths[0]) return undefined;
  return Promise.all(found.map(async ({ name, path }) => ({ name, path, image: await readImage(path) })));
}
