import { describe, expect, it } from "vitest";
import { f32, nn, ops, parameter, state, type Tensor } from "../../src/index.ts";
import { assigned, define, returned, variableNames, within } from "./running.ts";

const names = (body: (x: Tensor) => Record<string, Tensor>): string[] =>
  variableNames(define({ x: f32("batch", 4) }, ({ x }) => ({ outputs: body(x) })));

const valueNames = (body: (x: Tensor) => Record<string, Tensor>): Record<string, string> => {
  const { graph } = define({ x: f32("batch", 4) }, ({ x }) => ({ outputs: body(x) }));
  return Object.fromEntries([...graph.names].flatMap(([node, set]) => [...set].map(({ text }) => [text, node.op])));
};

/** `const hidden = nn.tanh(nn.linear(nn.standardize(x), 5))` */
const hidden = (x: Tensor): Tensor => {
  const scaled = within(1, "hidden", "nn.standardize", () => nn.standardize(x));
  const z = within(1, "hidden", "nn.linear", () => nn.linear(scaled, 5));
  return assigned(1, "hidden", () => nn.tanh(z));
};

describe("names of layers", () => {
  it("are those of the variables that their values reach", () => {
    const found = names((x) => {
      const h = hidden(x);
      return { price: assigned(2, "price", () => nn.linear(h, 1)) };
    });
    expect(found).toEqual(["hidden.standardize.mean", "hidden.standardize.deviation", "hidden.weight", "hidden.bias", "price.weight", "price.bias"]);
  });

  it("number several layers with parameters in one expression", () => {
    const found = names((x) => {
      const a = within(1, "y", "first", () => nn.linear(x, 3, { bias: false }));
      const b = within(1, "y", "second", () => nn.linear(nn.standardize(x), 3, { bias: false }));
      const c = within(1, "y", "third", () => nn.linear(x, 3, { bias: false }));
      return { y: assigned(1, "y", () => ops.add(ops.add(a, b), c)) };
    });
    expect(found.filter((name) => name.endsWith("weight"))).toEqual(["y.weight", "y.1.weight", "y.2.weight"]);
  });

  it("number all calls of a repeated call site", () => {
    const found = names((x) => {
      let h = x;
      for (let i = 0; i < 3; i++) {
        const z = within(1, "h", "nn.linear", () => nn.linear(h, 4, { bias: false }));
        h = assigned(1, "h", () => nn.relu(z));
      }
      return { y: h };
    });
    expect(found).toEqual(["h.0.weight", "h.1.weight", "h.2.weight"]);
  });

  it("number the layers of a list that a callback makes", () => {
    const found = names((x) => {
      const layers = assigned(1, "layers", () => [3, 2].map((size) => returned(2, "nn.linear", () => nn.linear(size, { bias: false }))));
      return { y: layers.reduce((value, layer) => layer(value), x) };
    });
    expect(found).toEqual(["layers.0.weight", "layers.1.weight"]);
  });

  const block = (x: Tensor): Tensor => {
    const first = assigned(10, "first", () => nn.linear(x, 4, { bias: false }));
    return returned(11, "nn.linear", () => nn.linear(first, 4, { bias: false }));
  };

  it("begin with the variable of the function that holds them", () => {
    const found = names((x) => ({ y: assigned(1, "a", () => block(x)) }));
    expect(found).toEqual(["a.first.weight", "a.weight"]);
  });

  it("number functions that are called twice from one site", () => {
    const found = names((x) => {
      let a = x;
      for (let i = 0; i < 2; i++) a = assigned(1, "a", () => block(a));
      return { y: a };
    });
    expect(found).toEqual(["a.0.first.weight", "a.0.weight", "a.1.first.weight", "a.1.weight"]);
  });

  it("number functions that are called without a variable", () => {
    const once = names((x) => ({ y: returned(1, "block", () => block(x)) }));
    expect(once).toEqual(["first.weight", "linear.0.weight"]);
    const twice = names((x) => ({
      y: ops.add(
        returned(1, "block", () => block(x)),
        returned(2, "block", () => block(x)),
      ),
    }));
    expect(twice).toEqual(["block.0.first.weight", "block.0.weight", "block.1.first.weight", "block.1.weight"]);
  });

  it("number functions that are called twice in one expression", () => {
    const found = names((x) => {
      const left = within(1, "y", "left", () => block(x));
      const right = within(1, "y", "right", () => block(x));
      return { y: assigned(1, "y", () => ops.add(left, right)) };
    });
    expect(found).toEqual(["y.first.weight", "y.weight", "y.1.first.weight", "y.1.weight"]);
  });

  it("tell apart what a function holds that another calls twice without a variable", () => {
    const held = (x: Tensor): Tensor => {
      const first = assigned(10, "first", () => nn.linear(x, 4, { bias: false }));
      return ops.tanh(first);
    };
    const twice = (inner: typeof block) => (x: Tensor) =>
      ops.add(
        returned(20, "inner", () => inner(x)),
        returned(21, "inner", () => inner(x)),
      );
    expect(names((x) => ({ y: assigned(1, "a", () => twice(block)(x)) }))).toEqual(["a.first.weight", "a.weight", "a.1.first.weight", "a.1.weight"]);
    expect(names((x) => ({ y: assigned(1, "a", () => twice(held)(x)) }))).toEqual(["a.first.weight", "a.1.first.weight"]);
  });

  it("take no number for a layer that states its name", () => {
    const found = names((x) => {
      const own = returned(1, "nn.linear", () => nn.linear(x, 4, { bias: false, name: "own" }));
      return { y: returned(2, "nn.linear", () => nn.linear(own, 4, { bias: false })) };
    });
    expect(found).toEqual(["own.weight", "linear.0.weight"]);
  });

  it("are positions in a sequence, unless a layer has a variable of its own", () => {
    const found = names((x) => {
      const own = assigned(1, "own", () => nn.linear(4, { bias: false }));
      const a = within(2, "net", "a", () => nn.linear(4, { bias: false }));
      const b = within(2, "net", "b", () => nn.linear(4, { bias: false }));
      const net = assigned(2, "net", () => nn.sequential(a, nn.relu, own, b));
      return { y: net(x) };
    });
    expect(found).toEqual(["net.0.weight", "own.weight", "net.3.weight"]);
  });

  it("nest in sequences of sequences, and hold for a sequence that a function returns", () => {
    const dense = () => {
      const inner = within(10, "_", "inner", () => nn.linear(4, { bias: false }));
      return returned(10, "nn.sequential", () => nn.sequential(nn.relu, inner));
    };
    const found = names((x) => {
      const a = within(1, "net", "dense", dense);
      const net = assigned(1, "net", () => nn.sequential(a, nn.tanh));
      return { y: net(x) };
    });
    expect(found).toEqual(["net.0.1.weight"]);
  });

  it("are overridden by { name }", () => {
    expect(names((x) => ({ y: assigned(1, "a", () => nn.linear(x, 2, { name: "b" })) }))).toEqual(["b.weight", "b.bias"]);
    expect(names((x) => ({ y: nn.sequential(x, nn.relu, nn.linear(2), { name: "net" }) }))).toEqual(["net.1.weight", "net.1.bias"]);
  });

  it("are kind and counter where there is no variable", () => {
    const found = names((x) => ({ y: nn.linear(nn.linear(nn.standardize(x), 3, { bias: false }), 2, { bias: false }) }));
    expect(found).toEqual(["standardize.0.mean", "standardize.0.deviation", "linear.0.weight", "linear.1.weight"]);
    const listed = names((x) => {
      const list: Tensor[] = [];
      for (let i = 0; i < 2; i++) list.push(returned(1, "nn.linear", () => nn.linear(x, 2, { bias: false })));
      return { y: ops.add(list[0] as Tensor, list[1] as Tensor) };
    });
    expect(listed).toEqual(["linear.0.weight", "linear.1.weight"]);
  });

  it("are shared by all applications of a layer", () => {
    const found = names((x) => {
      const layer = assigned(1, "layer", () => nn.linear(4, { bias: false }));
      return { y: layer(layer(x)) };
    });
    expect(found).toEqual(["layer.weight"]);
  });

  it("belong to a layer that was made outside of the body, in every run of it", () => {
    const layer = assigned(1, "outer", () => nn.linear(4));
    const body = (x: Tensor) => ({ y: layer(x) });
    expect(names(body)).toEqual(["outer.weight", "outer.bias"]);
    expect(names(body)).toEqual(["outer.weight", "outer.bias"]);
  });

  it("clash with an error that shows both lines", () => {
    const clash = () =>
      names((x) => ({
        y: nn.linear(
          assigned(3, "h", () => nn.linear(x, 2)),
          2,
        ),
        z: assigned(4, "h", () => nn.linear(x, 2)),
      }));
    expect(clash).toThrowError(expect.objectContaining({ code: "duplicate-name", at: "test.model.ts:3:1 and test.model.ts:4:1" }));
    expect(() => names((x) => ({ y: nn.linear(nn.linear(x, 2, { name: "a" }), 2, { name: "a" }) }))).toThrowError(/"a.weight"/);
  });
});

describe("positions", () => {
  it("of errors are those of the innermost call", () => {
    const wrong = () => names((x) => assigned(1, "a", () => ({ y: assigned(2, "b", () => ops.add(x, parameter([3]))) })));
    expect(wrong).toThrowError(expect.objectContaining({ code: "shape-mismatch", at: "test.model.ts:2:1" }));
  });

  it("are kept with the variables", () => {
    const { graph } = define({ x: f32("batch", 4) }, ({ x }) => ({ outputs: { y: assigned(7, "y", () => nn.linear(x, 2)) } }));
    const lines = [...graph.declarations.values()].flatMap(({ name, position }) => (position ? [`${name}:${position.line}`] : []));
    expect(lines).toEqual(["y.weight:7", "y.bias:7"]);
  });
});

describe("deep models", () => {
  it("of two thousand layers are named in less than the time of a test", () => {
    const found = names((x) => {
      let h = x;
      for (let i = 0; i < 2000; i++) h = assigned(1, "h", () => nn.linear(h, 4));
      return { y: h };
    });
    expect(found.at(-1)).toBe("h.1999.bias");
  });
});

describe("names of variables and values", () => {
  it("of a parameter and a state", () => {
    const found = names((x) => {
      const w = assigned(1, "w", () => parameter([4]));
      const seen = assigned(2, "s", () => state("seen", [4]));
      return { y: ops.add(ops.add(ops.mul(x, w), seen), parameter([4])) };
    });
    expect(found).toEqual(["w", "seen", "parameter.0"]);
  });

  it("of values are those of direct calls, of outputs their keys", () => {
    const found = valueNames((x) => ({ price: nn.linear(hidden(x), 1) }));
    expect(found).toMatchObject({ hidden: "tanh", price: "add" });
  });

  it("go to the last value of a variable, and are numbered in loops", () => {
    const found = valueNames((x) => {
      assigned(1, "h", () => ops.exp(x));
      const last = assigned(2, "h", () => ops.sin(x));
      let k = last;
      for (let i = 0; i < 2; i++) k = assigned(3, "k", () => (i === 0 ? ops.tanh(k) : ops.exp(k)));
      return { y: ops.neg(k) };
    });
    expect(found).toEqual({ h: "sin", "k.0": "tanh", "k.1": "exp", y: "neg" });
  });
});
