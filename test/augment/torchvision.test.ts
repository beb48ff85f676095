// The pixels of torchvision 0.14.1's functions of tensors, written by `test/golden/torchvision/write.py`.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import * as augment from "../../augment/index.ts";
import { images } from "./images.ts";

type ImageName = keyof typeof images;

const golden = (name: string) => JSON.parse(readFileSync(new URL(`../golden/torchvision/${name}.json`, import.meta.url), "utf8"));

/** One call, and the hash of its bytes where they are to be equal, else the bytes, from which a level may differ by one. */
interface Call {
  readonly call: readonly [name: string, image: ImageName, args: readonly unknown[], options: object];
  readonly shape: readonly number[];
  readonly hash?: string;
  readonly bytes?: string;
}

const hashOf = ({ data }: augment.Image): string => createHash("sha256").update(data).digest("hex").slice(0, 16);

const functions = augment as unknown as Record<string, (image: augment.Image, ...rest: readonly unknown[]) => augment.Image>;

const groups = ["crops", "pads", "sizes", "motions", "levels", "ops"].map((group) => ({ group, calls: golden(group) as readonly Call[] }));

function resultOf({ call: [name, image, args, options] }: Call): augment.Image {
  const given = Object.keys(options).length > 0 ? [...args, options] : args;
  return functions[name]?.(images[image], ...given) as augment.Image;
}

/** By how much each level differs from the wanted one. */
function differences({ data }: augment.Image, bytes: string): number[] {
  const wanted = Buffer.from(bytes, "base64");
  expect(data).toHaveLength(wanted.length);
  return Array.from(data, (level, at) => Math.abs(level - (wanted[at] as number)));
}

describe.each(groups)("$group", ({ calls }) => {
  test.each(calls.map((each) => [JSON.stringify(each.call), each] as const))("%s", (_, each) => {
    const [, image] = each.call;
    const before = hashOf(images[image]);
    const result = resultOf(each);
    expect([result.height, result.width, result.channels]).toEqual(each.shape);
    if (each.bytes === undefined) expect(hashOf(result)).toBe(each.hash);
    else expect(Math.max(...differences(result, each.bytes))).toBeLessThanOrEqual(1);
    expect(hashOf(images[image])).toBe(before);
  });
});

test("no levels differ but three of an image of one channel, of which torch adds in another order than of three", () => {
  const differing = groups.flatMap(({ calls }) =>
    calls.flatMap((each) => {
      const count = each.bytes === undefined ? 0 : differences(resultOf(each), each.bytes).filter((difference) => difference > 0).length;
      return count > 0 ? [[each.call[0], each.call[1], count]] : [];
    }),
  );
  expect(differing).toEqual([
    ["resize", "grey", 1],
    ["resize", "grey", 1],
    ["resize", "grey", 1],
  ]);
});

interface PolicyCase {
  readonly policy: augment.PolicyName;
  readonly at: number;
  readonly steps: augment.SubPolicy;
  readonly image: ImageName;
  readonly hashes: readonly [string, string];
}

function applied(image: augment.Image, steps: augment.SubPolicy, sign: number): augment.Image {
  const strengths = augment.magnitudes("autoAugment", image.height, image.width);
  return steps.reduce((before, [op, , bin]) => {
    const magnitude = bin === null ? 0 : (strengths[op]?.[bin] as number);
    return augment.apply(before, op, augment.signedOps.has(op) ? sign * magnitude : magnitude);
  }, image);
}

describe("sub-policies", () => {
  const cases: readonly PolicyCase[] = golden("policies");

  test("there are 25 of each policy, on three images", () => {
    expect(cases).toHaveLength(3 * 25 * 3);
  });

  test.each(cases.map((each) => [`${each.policy} ${each.at} ${JSON.stringify(each.steps)} of ${each.image}`, each] as const))("%s", (_, each) => {
    expect(augment.policies[each.policy][each.at]).toEqual(each.steps);
    expect([1, -1].map((sign) => hashOf(applied(images[each.image], each.steps, sign)))).toEqual(each.hashes);
  });
});

interface SpaceCase {
  readonly space: augment.SpaceName;
  readonly height: number;
  readonly width: number;
  readonly bins: number;
  readonly ops: Readonly<Record<string, readonly [magnitudes: readonly number[], signed: boolean]>>;
}

test.each(golden("spaces") as readonly SpaceCase[])("$space of $height x $width in $bins bins", ({ space, height, width, bins, ops }) => {
  const found = augment.magnitudes(space, height, width, bins);
  expect(Object.keys(found)).toEqual(Object.keys(ops));
  expect(Object.values(found)).toEqual(Object.values(ops).map(([magnitudes]) => magnitudes));
  expect(Object.keys(found).filter((op) => augment.signedOps.has(op as augment.OpName))).toEqual(Object.keys(ops).filter((op) => ops[op]?.[1]));
});

interface FloatsCase {
  readonly image: ImageName;
  /** Mean and deviation; null for `toFloat`. */
  readonly args: readonly [number[], number[]] | null;
  readonly hash: string;
}

test.each(golden("floats") as readonly FloatsCase[])("floats of $image with $args", ({ image, args, hash }) => {
  const values = args ? augment.normalize(images[image], ...args) : augment.toFloat(images[image]);
  expect(createHash("sha256").update(values).digest("hex").slice(0, 16)).toBe(hash);
});
