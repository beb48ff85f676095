import { describe, expect, test } from "vitest";
import { keepLearned, keptOf } from "../../data/kept.ts";
import type { TrainingOptions } from "../../data/training.ts";
import type { InputSlot } from "../../runtime/program.ts";
import { encodeCell } from "../../runtime/rows.ts";
import { holdOut } from "../../runtime/training/batches.ts";
import { codeOfAsync } from "../support/code-of.ts";
import { binary, classes, keptAfter, manifestOf, predict, read, slot } from "../support/training.ts";

describe("numbers", () => {
  const numbers = manifestOf(2);

  test("go to the inputs row by row, and other columns are not looked at", async () => {
    const { data, rows } = await read("note,y,b,a\n,3,2,1\nx,6,5,4\n", numbers, { input: { x: ["a", "b"] } });
    expect([data, rows]).toEqual([{ x: Float32Array.of(1, 2, 4, 5), y: Float32Array.of(3, 6) }, 2]);
  });

  test("of f32 inputs are finite", async () => {
    const cell = async (text: string) => (await read(`a,b,y\n1,1,1\n${text},1,1\n`, numbers)).data.x?.[2];
    expect([await cell("3.4e38"), await cell("-3.4028235e38"), await cell("1e-999")]).toEqual([3.4e38, -3.4028235e38, 0].map(Math.fround));
    for (const large of ["1e39", "-1e300", "1e999"]) {
      await expect(cell(large)).rejects.toThrow(`"${large}" is too large: the largest f32 is 3.4e38\n  at the table:3, column "a"`);
    }
  });

  test.each([
    ["1,2,a\n3,2,1", '"a" is not a number\n  at the table:2, column "y"\n  help: classes are a target of i32: y: i32("batch")'],
    ["1,2,1\ntwo,2,1", '"two" is not a number\n  at the table:3, column "a"'],
    ["1,2,3\n1 cm,2,1", '"1 cm" is not a number: it has a unit\n  at the table:3, column "a"'],
    ['"1,234",2,3', "write numbers without marks between thousands; a decimal comma is read with --decimal ,"],
    ["0x10,2,3", '"0x10" is not a number'],
    ["1_000,2,3", '"1_000" is not a number'],
    ["Infinity,2,3", '"Infinity" is not a number'],
  ])("%j", async (rows, message) => {
    await expect(read(`a,b,y\n${rows}\n`, numbers)).rejects.toThrow(message);
  });
});

describe("texts among numbers", () => {
  const beans = "size,bean,y\n1,arabica,1\n2,robusta,2\n3,liberica,3\n4,arabica,4\n";

  test("are refused with what to type", async () => {
    await expect(read(beans, manifestOf(2))).rejects.toThrow(
      '"arabica" is not a number\n  at the table:2, column "bean"\n  help: --one-hot bean makes a 0/1 column for each of its 3 categories, --ignore bean leaves it out',
    );
  });

  test("that look like numbers are called what they are", async () => {
    const refused = (cell: string, more = "9", target = false) => {
      const [x, y] = target ? [1, cell] : [cell, 1];
      return expect(read(`a,y\n${x},${y}\n${target ? 1 : more},${target ? more : 1}\n`, manifestOf(1))).rejects;
    };
    await refused("0%").toThrow('"0%" is not a number: it is a percentage\n  at the table:2, column "a"\n  help: write the number without "%"');
    await refused("2024-01-05", "2024-01-06").toThrow(
      "help: write numbers, such as the year and the day in columns of their own; --ignore COL leaves it out",
    );
    for (const cell of ["−5", "1_000", "1 000", "$12"]) await refused(cell, cell).toThrow(/is not a number: .*\n.*\n {2}help: write (?!.*--)/);
    await refused("$200000", "$3", true).toThrow(
      '"$200000" is not a number: it is an amount of money\n  at the table:2, column "y"\n  help: write the number',
    );
    await refused("10-20", "20-30").toThrow("help: write one number for it; --one-hot a makes a 0/1 column for each of its 2 categories");
    await refused("iris", "rose", true).toThrow("help: classes are a target of i32");
    const rows = Array.from({ length: 30 }, (_, row) => `${row < 25 ? row : `${row},5`};1`).join("\n");
    await expect(read(`a;y\n${rows}\n`, manifestOf(1))).rejects.toThrow(
      '"25,5" is not a number: it has a decimal comma\n  at the table:27, column "a"\n  help: --decimal , reads such numbers',
    );
    await expect(read("a;y\n0,5;1\n1.234;1\n", manifestOf(1))).rejects.toThrow('"0,5" is not a number: it has a decimal comma');
  });

  test("become a 0/1 column for each category in sorted order", async () => {
    const { data, learned } = await read(beans, manifestOf(4), { oneHot: ["bean"] });
    expect(Array.from(data.x as Float32Array)).toEqual([1, 1, 0, 0, 2, 0, 0, 1, 3, 0, 1, 0, 4, 1, 0, 0]);
    expect([learned.classes.bean, learned.oneHot]).toEqual([["arabica", "liberica", "robusta"], ["bean"]]);
    await expect(read(beans, manifestOf(3), { oneHot: ["bean"] })).rejects.toThrow('takes 3 columns, got 4: "size", "bean" (3)');
  });

  test("are encoded as in training when the model predicts, and a page gets the same", async () => {
    const manifest = manifestOf(4);
    const kept = await keptAfter(beans, manifest, { oneHot: ["bean"] });
    const { data } = await predict("bean,size,more\nrobusta,7,x\n", manifest, kept);
    expect(Array.from(data.x as Float32Array)).toEqual([7, 0, 0, 1]);
    expect([encodeCell(kept, "size", 0, 7), encodeCell(kept, "bean", 0, "robusta")].flat()).toEqual([7, 0, 0, 1]);
    await expect(predict("bean,size\ncocoa,7\n", manifest, kept)).rejects.toThrow(
      '"cocoa" is none of the classes that the model was trained on: "arabica", "liberica", "robusta"\n  at the table:2, column "bean"',
    );
  });

  test("a category of held rows alone is none, and said", async () => {
    const rows = Array.from({ length: 10 }, (_, row) => `${row},${row === holdOut(10, 0.1, 1).held[0] ? "rare" : "ab"[row % 2]},1`);
    const { data, learned, warnings } = await read(`size,bean,y\n${rows.join("\n")}\n`, manifestOf(3), { oneHot: ["bean"], validation: 0.1 });
    expect(learned.classes.bean).toEqual(["a", "b"]);
    expect(warnings).toEqual([{ kind: "category", text: expect.stringContaining('the category "rare" of "bean"') }]);
    expect(Array.from(data.x as Float32Array).filter((value, at) => at % 3 > 0 && value === 1)).toHaveLength(9);
  });

  test.each([
    ["TRUE,FALSE,true", [1, 0, 1]],
    ["no,Yes,no", [0, 1, 0]],
    ["true,true,true", [1, 1, 1]],
  ])("%s are 0 and 1", async (cells, numbers) => {
    const { data, learned } = await read(
      `a,y\n${cells
        .split(",")
        .map((cell) => `${cell},1`)
        .join("\n")}\n`,
      manifestOf(1),
    );
    expect(Array.from(data.x as Float32Array)).toEqual(numbers);
    expect(learned.classes.a).toHaveLength(2);
  });

  test("yes and no in another case are the same, other texts are not", async () => {
    const kept = await keptAfter("a,y\nTRUE,1\nFALSE,2\n", manifestOf(1));
    expect(Array.from((await predict("a\nTrue\nfalse\n", manifestOf(1), kept)).data.x as Float32Array)).toEqual([1, 0]);
    expect([encodeCell(kept, "a", 0, true), encodeCell(kept, "a", 0, false)]).toEqual([[1], [0]]);
    expect(await codeOfAsync(predict("a\nmaybe\n", manifestOf(1), kept))).toBe("csv-unknown-class");
    await expect(read("a,y\nyes,1\nno,1\nmaybe,1\n", manifestOf(1))).rejects.toThrow('"yes" is not a number');
  });
});

describe("classes", () => {
  const targets = async (cells: string, target: InputSlot, options: Partial<TrainingOptions> = {}) => {
    const { data, learned } = await read(
      `a,y\n${cells
        .split(" ")
        .map((cell) => `1,${cell}`)
        .join("\n")}\n`,
      manifestOf(1, target),
      options,
    );
    return [Array.from(data.y as Int32Array), learned.classes.y];
  };

  test.each<[string, InputSlot, number[], string[]]>([
    ["rose iris rose", classes(2), [1, 0, 1], ["iris", "rose"]],
    ["0 2 1", classes(3), [0, 2, 1], ["0", "1", "2"]],
    ["0 0 2", classes(4), [0, 0, 2], ["0", "1", "2", "3"]],
    ["1 3 2", classes(3), [0, 2, 1], ["1", "2", "3"]],
    ["1.0 3.0", classes(3), [1, 3].map((k) => (k === 1 ? 0 : 1)), ["1", "3"]],
    ["9 3 10 3", classes(7), [1, 0, 2, 0], ["3", "9", "10"]],
    ["-1 1 -1", classes(2), [0, 1, 0], ["-1", "1"]],
    ["1 -100 2", classes(2, -100), [0, -100, 1], ["1", "2"]],
    ["2 b 10", classes(3), [1, 2, 0], ["10", "2", "b"]],
    ["benign malign benign", binary, [0, 1, 0], ["benign", "malign"]],
    ["yes no", binary, [1, 0], ["no", "yes"]],
  ])("%s", async (cells, target, numbers, labels) => {
    expect(await targets(cells, target)).toEqual([numbers, labels]);
  });

  test("numbers of binary targets are not touched, nor are numbers that no class stands for", async () => {
    expect(await targets("0 1 0.5", binary)).toEqual([[0, 1, 0.5], undefined]);
    expect(await targets("7 -3", slot("y", "i32"))).toEqual([[7, -3], undefined]);
  });

  test("ids stay as they are", async () => {
    const ids: InputSlot = { ...slot("x", "i32"), range: { lower: 0, upper: 3 } };
    const manifest = { ...manifestOf(1), inputs: [ids, slot("y", "f32", 1)] };
    expect((await read("x,y\n0,1\n2,1\n", manifest)).data.x).toEqual(Int32Array.of(0, 2));
    await expect(read("x,y\n1,1\n1.5,1\n", manifest)).rejects.toThrow(
      '"1.5" is not a whole number of 32 bits, which this input takes\n  at the table:3, column "x"',
    );
    await expect(read("x,y\n1,1\n3,1\n", manifest)).rejects.toThrow('"3" is out of range: the input "x" takes 0 to 2\n  at the table:3, column "x"');
  });

  test.each<[string, InputSlot, string]>([
    [
      "0 1 2 3",
      classes(3),
      '"3" is out of range: the input "y" takes 0 to 2, and the column has 4 values for 3 classes\n  at the table:5, column "y"\n  help: a model of 4 classes ends in 4 logits; a target of numbers is f32',
    ],
    ["9 3 4 5 6 7 8 9", classes(3), '"9" is out of range: the input "y" takes 0 to 2, and the column has 7 values for 3 classes\n  at the table:2'],
    ["-100 7 8 9", classes(2, -100), '"7" is out of range: the input "y" takes 0 to 1, and the column has 3 values for 2 classes\n  at the table:3'],
    [
      "0 1.5 2.5",
      classes(3),
      '"1.5" is not a whole number of 32 bits, which this input takes\n  at the table:3, column "y"\n  help: a target of numbers is f32: y: f32("batch", 1) with losses.mse',
    ],
    ["a b e d c", classes(3), 'The column has 5 classes, and "e" is number 4: the input "y" takes 0 to 2\n  at the table:4, column "y"'],
    ["1 2 1", binary, '"2" is out of range: the input "y" takes 0 to 1\n  at the table:3, column "y"\n  help: the loss compares with 0 and 1'],
    ["a b c", binary, '"a" is not a number'],
  ])("%s: refused", async (cells, target, message) => {
    await expect(targets(cells, target)).rejects.toThrow(message);
  });

  test.each<[string, InputSlot, string[]]>([
    ["iris rose", classes(3), ['"y" has 3 classes in the model, and the column "y" has 2']],
    ["1 2", classes(3), ['"y" has 3 classes in the model, and the column "y" has 2: no row has 0']],
    ["7 9", classes(4), ['"y" has 4 classes in the model, and the column "y" has 2']],
    ["0 1 -100", classes(3, -100), ['"y" has 3 classes in the model, and the column "y" has 2: no row has 2']],
    ["a b c", classes(3), []],
    ["0 1 2", classes(3), []],
    ["0 1", classes(5000), []],
    ["yes yes", binary, []],
  ])("%s: what no row has is said", async (cells, target, warnings) => {
    const text = `a,y\n${cells.replaceAll(/\S+/g, (cell) => `1,${cell}`).replaceAll(" ", "\n")}\n`;
    const { learned, ...found } = await read(text, manifestOf(1, target));
    const help = `\n  help: a model of 2 classes ends in 2 logits`;
    expect(found.warnings).toEqual(warnings.map((warning) => ({ kind: "class", text: warning + help })));
    expect((await read(text, manifestOf(1, target), {}, learned)).warnings).toEqual([]);
  });

  test("a class of held rows alone is said", async () => {
    const [held] = holdOut(10, 0.1, 1).held;
    const cells = Array.from({ length: 10 }, (_, row) => `1,${row === held ? "a" : "bc"[row % 2]}`);
    const { warnings } = await read(`a,y\n${cells.join("\n")}\n`, manifestOf(1, classes(3)), { validation: 0.1 });
    const text =
      'no row that is trained on has "a" in the column "y": what is held out has\n  help: another --seed holds out other rows, a smaller --validation fewer';
    expect(warnings).toEqual([{ kind: "class", text }]);
  });

  test("a class of held rows alone comes after the others", async () => {
    const [held] = holdOut(10, 0.1, 1).held;
    const [numbers, labels] = await targets(Array.from({ length: 10 }, (_, row) => (row === held ? "a" : "bc"[row % 2])).join(" "), classes(3), {
      validation: 0.1,
    });
    expect(labels).toEqual(["b", "c", "a"]);
    expect((numbers as number[])[held as number]).toBe(2);
  });

  test("those that were learned before hold, and others are unknown", async () => {
    const kept = await keptAfter("a,y\n1,iris\n1,rose\n", manifestOf(1, classes(3)));
    const again = await read("a,y\n1,rose\n", manifestOf(1, classes(3)), { target: undefined }, kept);
    expect([again.data.y, again.learned.classes.y]).toEqual([Int32Array.of(1), ["iris", "rose"]]);
    await expect(read("a,y\n1,tulip\n", manifestOf(1, classes(3)), {}, kept)).rejects.toThrow('"tulip" is none of the classes');
  });
});

test("columns may be called like members of every object", async () => {
  const manifest = manifestOf(3, classes(2));
  const text = "constructor,toString,__proto__,valueOf\n1,2,yes,b\n4,5,no,a\n";
  const { data, learned } = await read(text, manifest, { target: ["valueOf"] });
  expect(Array.from(data.x as Float32Array)).toEqual([1, 2, 1, 4, 5, 0]);
  const metadata = new Map<string, string>();
  keepLearned(metadata, learned);
  const again = await predict(text, manifest, keptOf(metadata));
  expect(again.data.x).toEqual(data.x);
});

test("what is kept of a table and damaged is refused", () => {
  const damaged = { columns: '{"x":[1]}', classes: '{"x":"y"}', table: '{"fill":{"a":["1"]}}' };
  for (const [key, text] of Object.entries(damaged)) expect(() => keptOf(new Map([[key, text]]))).toThrow("is damaged");
  expect(() => keptOf(new Map([["columns", "{"]]))).toThrow("damaged");
  expect(keptOf(new Map())).toEqual({ columns: {}, classes: {} });
});
