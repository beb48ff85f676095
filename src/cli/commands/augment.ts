import { type Command, Option } from "commander";
import { shownPolicies } from "../augment/shown.ts";
import { path, wholeFrom } from "../options.ts";
import type { Terminal } from "../terminal.ts";
import { example } from "./shared.ts";

export function addAugment(top: Command, terminal: Terminal): void {
  top
    .command("augment")
    .description("look at what gradc/augment makes of images")
    .addHelpText("after", example("gradc augment show cat.png"))
    .command("show [images...]")
    .description(
      "draw a contact sheet of a PNG or JPEG file, or of a test picture: each op with its magnitudes, or a policy with several seeds; of several files or a folder a row for each image",
    )
    .addOption(new Option("--policy <name>", "a table of AutoAugment, a row for each sub-policy, or what another draws").choices(shownPolicies))
    .option("--seed <n>", "seed of what a policy draws", wholeFrom(0), 0)
    .option("--images <n>", "how many images of a folder, the first by their names", wholeFrom(1), 8)
    .addOption(new Option("-o, --out <file>", "the PNG file to write").argParser(path).default("augmentations.png"))
    .addHelpText("after", example("gradc augment show cat.png --policy cifar10 -o cat-cifar10.png"))
    .action(async (images, options) => (await import("../augment/show.ts")).show(images, options, terminal));
}
