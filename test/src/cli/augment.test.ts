// `gradc augment show`: the sheet it writes, and the PNG files it reads.
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decode, encode, type ImageData } from "fast-png";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apply, autoAugment, type Image } from "../../../augment/index.ts";
import { readImage } from "../../../src/cli/augment/files.ts";
import { imageFrom } from "../../augment/images.ts";
import { command } from "../../support/command.ts";

let folder = "";
const at = (name: string) => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gradc-augment-"));
});
afterAll(() => rm(folder, { recursive: true }));

const noise = imageFrom(64, 64, 3, (_y, _x, _c, r) => r);
const small = imageFrom(8, 8, 1, (_y, _x, _c, r) => r);

async function sheetOf(image: Image, ...args: readonly string[]) {
  await writeFile(at("noise.png"), encode(image));
  const printed = await command("augment", "show", at("noise.png"), "-o", at("sheet.png"), ...args);
  const bytes = await readFile(at("sheet.png"));
  return { ...printed, bytes };
}

/** Whether an image stands anywhere in a row of tiles of the sheet that begins at `top`. */
function stands({ data, width }: { readonly data: ArrayLike<number>; readonly width: number }, image: Image, top: number, left: number): boolean {
  for (let y = 0; y < image.height; y++)
    for (let x = 0; x < 3 * image.width; x++) {
      if (data[3 * ((top + y) * width + left) + x] !== image.data[3 * y * image.width + x]) return false;
    }
  return true;
}

describe("a sheet", () => {
  test("has a row for each op and a column for each magnitude", async () => {
    const { code, out, bytes } = await sheetOf(noise);
    const sheet = decode(bytes);
    expect(code).toBe(0);
    expect(out).toMatch(/^ {2}Posterize {7}8 {8}8 {8}7 /m);
    const left = sheet.width - 11 * 68;
    // Below the names of columns; Rotate to the left is the tenth row, Solarize the twentieth.
    expect(stands(sheet, apply(noise, "Rotate", -30), 20 + 9 * 68, left + 10 * 68)).toBe(true);
    expect(stands(sheet, apply(noise, "Solarize", 255), 20 + 19 * 68, left + 68)).toBe(true);
    expect(stands(sheet, noise, 20, left)).toBe(true);
    expect(sheet.height).toBe(20 + 23 * 68);
  });

  test.each(["imagenet", "randAugment", "trivialAugmentWide"])("of %s depends on the seed alone", async (policy) => {
    const [first, again, other] = [
      await sheetOf(small, "--policy", policy),
      await sheetOf(small, "--policy", policy),
      await sheetOf(small, "--policy", policy, "--seed", "1"),
    ];
    expect(first.code).toBe(0);
    expect(again.bytes.equals(first.bytes)).toBe(true);
    expect(other.bytes.equals(first.bytes)).toBe(false);
    if (policy === "imagenet") expect(first.out).toMatch(/^ {2,}1 {2}Solarize +0.6 +5 {2}AutoContrast +0.6$/m);
  });

  test("of a folder has a row for each of its first images, by their names, with each op or draws of a policy", async () => {
    const folder = at("many");
    await mkdir(join(folder, "cats"), { recursive: true });
    const others = ["10", "2", "1"].map((name) => imageFrom(64, 64, 3, (_y, _x, _c, r) => (r + Number(name)) & 255));
    for (const [i, name] of ["10", "2", "cats/1"].entries()) await writeFile(join(folder, `${name}.png`), encode(others[i] as Image));
    await writeFile(join(folder, "notes.txt"), "no image");
    const sheet = async (...args: readonly string[]) => {
      expect(await command("augment", "show", ...args, "-o", at("sheet.png"))).toMatchObject({ code: 0 });
      return decode(await readFile(at("sheet.png")));
    };
    const all = await sheet(folder);
    expect(all.height).toBe(20 + 3 * 68);
    const wide = 100;
    const left = all.width - 15 * wide;
    for (const [row, image] of [others[1], others[0], others[2]].entries()) expect(stands(all, image as Image, 20 + row * 68, left)).toBe(true);
    expect(stands(all, apply(others[1] as Image, "Invert", 0), 20, left + 14 * wide)).toBe(true);
    expect((await sheet(folder, "--images", "2")).height).toBe(20 + 2 * 68);
    const drawn = await sheet(join(folder, "2.png"), join(folder, "cats"), "--policy", "cifar10", "--seed", "3");
    expect(drawn.height).toBe(20 + 2 * 68);
    const draw = autoAugment(others[2] as Image, { policy: "cifar10", seed: [3, 1, 5] });
    expect(stands(drawn, draw, 20 + 68, drawn.width - 9 * 68 + 6 * 68)).toBe(true);
    await mkdir(at("none"));
    expect(await command("augment", "show", at("none"), "-o", at("never.png"))).toMatchObject({
      code: 1,
      notes: expect.stringMatching(/No images in/),
    });
    expect((await command("augment", "show", folder, "-o", join(folder, "2.png"))).notes).toMatch(/the image/);
  });

  test("is written as the PNG file that it is, over no other one", async () => {
    await writeFile(at("table.csv"), "a,b\n1,2\n");
    const { code, notes } = await command("augment", "show", "-o", at("table.csv"));
    expect([code, notes]).toEqual([1, expect.stringContaining("a file that ends in .png")]);
    expect(await readFile(at("table.csv"), "utf8")).toBe("a,b\n1,2\n");
  });

  test("is drawn of a test picture where there is no other", async () => {
    expect((await command("augment", "show", "-o", at("own.png"))).code).toBe(0);
    expect(decode(await readFile(at("own.png"))).channels).toBe(3);
  });

  test("shows large and long images smaller, small ones larger", async () => {
    await writeFile(at("long.png"), encode(imageFrom(3, 300, 1, (_y, x) => x & 255)));
    expect((await command("augment", "show", at("long.png"), "-o", at("sheet.png"))).code).toBe(0);
    await writeFile(at("dot.png"), encode(imageFrom(1, 1, 1, () => 9)));
    expect((await command("augment", "show", at("dot.png"), "-o", at("sheet.png"))).code).toBe(0);
  });
});

describe("a PNG file", () => {
  const pixels = { width: 3, height: 2 };
  const grey = [0, 50, 100, 150, 200, 255];
  const files: readonly (readonly [string, ImageData, number, readonly number[]])[] = [
    ["grey", { ...pixels, channels: 1, data: Uint8Array.from(grey) }, 1, grey],
    ["grey with alpha", { ...pixels, channels: 2, data: Uint8Array.from(grey.flatMap((level) => [level, 7])) }, 1, grey],
    ["16 bits", { ...pixels, channels: 1, depth: 16, data: Uint16Array.from(grey, (level) => level * 256 + 99) }, 1, grey],
    [
      "colours with alpha",
      { ...pixels, channels: 4, data: Uint8Array.from(grey.flatMap((level) => [level, 1, 2, 3])) },
      3,
      grey.flatMap((l) => [l, 1, 2]),
    ],
    [
      "a palette",
      {
        ...pixels,
        channels: 1,
        depth: 8,
        data: Uint8Array.of(0, 1, 0, 1, 1, 1),
        palette: [
          [1, 2, 3],
          [4, 5, 6],
        ],
      },
      3,
      [1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6, 4, 5, 6, 4, 5, 6],
    ],
  ];

  test.each(files)("of %s is read", async (_, content, channels, levels) => {
    await writeFile(at("read.png"), encode(content));
    expect(await readImage(at("read.png"))).toEqual({ ...pixels, channels, data: Uint8Array.from(levels) });
  });

  test("that is cut off, changed or another file is refused", async () => {
    const whole = encode(noise);
    const changed = whole.slice();
    changed[200] = (changed[200] as number) ^ 1;
    for (const bytes of [whole.slice(0, 500), changed, Uint8Array.of(1, 2, 3), new Uint8Array()]) {
      await writeFile(at("bad.png"), bytes);
      const { code, notes } = await command("augment", "show", at("bad.png"), "-o", at("never.png"));
      expect([code, notes]).toEqual([
        1,
        expect.stringMatching(/^error: Cannot read ".*bad.png" as an image: .*\n {2}help: PNG and JPEG files are read$/),
      ]);
    }
    await expect(readFile(at("never.png"))).rejects.toThrow();
  });

  test("or a JPEG file takes a package, which is named with the file, alone and in a folder", async () => {
    await mkdir(at("photos"));
    await writeFile(at("photos/cat.jpg"), Uint8Array.of(255, 216, 255, 224));
    for (const path of [at("photos/cat.jpg"), at("photos")]) {
      const { notes } = await command("augment", "show", path, "-o", at("never.png"));
      expect(notes).toMatch(/^error: A JPEG file needs the package "sharp"\n {2}at .*cat\.jpg\n {2}help: npm install sharp$/);
    }
  });

  test("is not written over", async () => {
    await writeFile(at("noise.png"), encode(noise));
    expect((await command("augment", "show", at("noise.png"), "-o", at("noise.png"))).notes).toMatch(/the image/);
  });
});
