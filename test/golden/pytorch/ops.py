"""ops.*: one group for each file of src/ops."""
import torch
import torch.nn.functional as F
from cases import Cases, given, inf, nan, numbers

# 20 values, [5, 4]: everything that a scalar function can meet.
grid = given(
    [-inf, -1e4, -100, -20],
    [-3, -1.5, -1, -0.5],
    [-0.0, 0.0, 2**-10, 0.5],
    [1, 2.5, 20, 88],
    [100, 1e4, inf, nan],
)


def elementwise():
    cases = Cases()
    x = numbers(5, 4)
    positive = numbers(5, 4, low=0.25, high=4)
    functions = {
        "neg": torch.neg, "abs": torch.abs, "sign": torch.sign, "exp": torch.exp, "log": torch.log, "log1p": torch.log1p,
        "expm1": torch.expm1, "sqrt": torch.sqrt, "tanh": torch.tanh, "sigmoid": torch.sigmoid, "softplus": F.softplus,
        "erf": torch.erf, "sin": torch.sin, "cos": torch.cos, "floor": torch.floor, "round": torch.round, "trunc": torch.trunc,
        "square": torch.square, "atan": torch.atan, "acos": torch.acos, "asinh": torch.asinh, "log2": torch.log2, "ceil": torch.ceil,
        "sinh": torch.sinh, "cosh": torch.cosh,
    }
    for name in ("sign", "floor", "ceil", "round", "trunc"):
        # They have no slope at all, which is an error where it is asked for: x is added for one.
        function = functions.pop(name)
        cases.add(name, lambda x, f=function: f(x.detach()), x=grid, f32=True)
        cases.add(f"{name}Added", lambda x, f=function: f(x) + x, x=grid, f32=True)
    domains = {"log": positive, "log1p": positive, "sqrt": positive, "log2": positive, "acos": numbers(5, 4, low=-1, high=1)}
    for name, function in functions.items():
        cases.add(name, lambda x, f=function: f(x), x=domains.get(name, x))
        cases.add(f"{name}Anywhere", lambda x, f=function: f(x), x=grid, f32=True)
    return cases.written


def formulas():
    """Formulas whose plain evaluation overflows in f32: the stable function is the truth."""
    cases = Cases()
    # exp(88) is the last that f32 holds; at ±infinity a product of 0 and infinity remains, here and there not the same one.
    finite = torch.where(torch.isfinite(grid), grid, torch.full_like(grid, -450))
    cases.add("logistic", torch.sigmoid, x=finite, f32=True)
    cases.add("logisticOfPowers", torch.sigmoid, x=finite, f32=True)
    cases.add("swish", F.silu, x=finite, f32=True)
    cases.add("logOfPowers", F.softplus, x=finite, f32=True)
    cases.add("tanhOfPowers", torch.tanh, x=finite, f32=True)
    cases.add("tanhOfDoublePowers", torch.tanh, x=finite, f32=True)
    return cases.written


def pairs():
    cases = Cases()
    x, y = numbers(5, 3, seed=2), numbers(5, 3, seed=3)
    row, column, positive = numbers(3, seed=4), numbers(5, 1, seed=5), numbers(5, 3, seed=6, low=0.25, high=3)
    a = given([-inf, inf, inf, 0, -0.0], [0, 1, nan, 1, -1], [1e4, -0.0, 2, 2, -2], [0, inf, 1, 3, 3], [nan, nan, -inf, 0, 1])
    b = given([inf, inf, -inf, 0, 0], [1, 0, 1, nan, 0], [1e4, 0, 2, 3, -2], [inf, 0, inf, -inf, 3], [nan, 0, -inf, -0.0, -0.0])
    binary = {"add": torch.add, "sub": torch.sub, "mul": torch.mul, "div": torch.div, "maximum": torch.maximum, "minimum": torch.minimum}
    for name, function in binary.items():
        cases.add(name, lambda x, y, f=function: f(x, y), x=x, y=positive if name == "div" else y)
        cases.add(f"{name}Row", lambda x, y, f=function: f(x, y), x=x, y=torch.abs(row) + 0.25)
        cases.add(f"{name}Column", lambda x, y, f=function: f(x, y), x=column, y=torch.abs(row) + 0.25)
        cases.add(f"{name}Anywhere", lambda x, y, f=function: f(x, y), x=a, y=b, f32=True)
        cases.add(f"{name}Itself", lambda x, f=function: f(x, x), x=grid, f32=True)
    return cases.written


def powers():
    cases = Cases()
    base, exponent = numbers(5, 3, seed=7, low=0.25, high=3), numbers(5, 3, seed=8)
    cases.add("pow", torch.pow, x=base, y=exponent)
    cases.add(
        "powAnywhere", torch.pow, f32=True,
        x=given([0, 0, 0, 0, 0], [-2, -2, -2, -2, nan], [nan, 1, inf, inf, inf], [-0.0, -0.0, 2, 0.5, 0], [-inf, -1, -inf, 1e4, 3]),
        y=given([0, 1, 2, -1, 0.5], [2, 3, 0.5, -1, 0], [1, nan, 0, -1, 2], [3, -1, inf, inf, inf], [3, inf, 0, 10, -100]),
    )
    for name, exponent in {"One": 1, "Two": 2, "Three": 3, "Half": 0.5, "Inverse": -1, "Fraction": 2.5, "InverseRoot": -0.5}.items():
        cases.add(f"pow{name}", lambda x, p=exponent: x**p, x=base)
        # A number ½ is the root to PyTorch, a tensor ½ the power, which are not the same at -0 and -infinity.
        anywhere = grid.clone()
        if name in ("Half", "InverseRoot"):
            anywhere[0, 0], anywhere[2, 0] = -2, 0
        cases.add(f"pow{name}Anywhere", lambda x, p=exponent: x**p, x=torch.where(anywhere == 1e4, anywhere / 100, anywhere), f32=True)
    # x is added because x**0 has no slope at all.
    cases.add("powZero", lambda x: x**0 + x, x=grid, f32=True)
    cases.add("powOfTwo", lambda x: 2**x, x=torch.where(grid == 1e4, grid / 100, grid), f32=True)
    cases.add("powOfZero", lambda x: torch.pow(torch.zeros_like(x), x), x=grid, f32=True)
    return cases.written


def choices():
    cases = Cases()
    x = given([-2, -1, 0], [-0.0, 1, 2], [nan, inf, -inf], [0.5, 1, -1], [3, -3, 0.25])
    low, high = given(-1, 0, 0), given(1, 1, -0.5)
    cases.add("clamp", lambda x: torch.clamp(x, -1, 1), x=x, f32=True)
    cases.add("clampBelow", lambda x: torch.clamp(x, min=0), x=x, f32=True)
    cases.add("clampAbove", lambda x: torch.clamp(x, max=0.25), x=x, f32=True)
    cases.add("clampTensors", lambda x, low, high: torch.clamp(x, low, high), x=numbers(5, 3, seed=9), low=low, high=high.abs())
    cases.add("where", lambda x, y: torch.where(x > y, x, y), x=x, y=numbers(5, 3, seed=10), f32=True)
    cases.add("whereNotTaken", lambda x: torch.where(x > 0, x.abs(), torch.sqrt(x)), x=x, f32=True)
    cases.add("whereOther", lambda x: torch.where(x > 0, torch.log(x), torch.zeros_like(x)), x=x, f32=True)
    cases.add("whereNumber", lambda x, y: torch.where(x.bool(), y, torch.full_like(y, 7)), x=given([1, 0, -2], [0.5, 0, -0.0], [nan, inf, 0], [1, 1, 1], [0, 0, 0]), y=numbers(5, 3), f32=True)
    for relation in ("eq", "ne", "lt", "le", "gt", "ge"):
        cases.add(f"{relation}", lambda x, y, f=relation: getattr(torch, f)(x, y).long(), x=x, y=given([-2, 0, 0], [0, nan, 3], [nan, inf, inf], [0.5, -1, 2], [3, 3, 0]), f32=True)
    cases.add("castToIndex", lambda x: x.long(), x=given([-2.75, -0.5, -0.0], [0, 0.5, 0.999], [1, 1.5, 2.5], [3, 100.25, -100.75], [7, 8, 9]))
    cases.add("stopGradient", lambda x: x * x.detach(), x=numbers(5, 3))
    return cases.written


def reductions():
    cases = Cases()
    x, image = numbers(5, 3, seed=11), numbers(5, 2, 3, 2, seed=12)
    axes = {"": None, "Rows": 0, "Last": -1, "Both": (0, 1), "Kept": (1, True)}
    for name, dim in axes.items():
        kept = isinstance(dim, tuple) and dim[1] is True
        options = {} if dim is None else {"dim": dim[0] if kept else dim, "keepdim": kept}
        every = {"dim": (0, 1)} if dim is None else options
        cases.add(f"sum{name}", lambda x, o=options: x.sum(**o), x=x)
        cases.add(f"mean{name}", lambda x, o=options: x.mean(**o), x=x)
        cases.add(f"var{name}", lambda x, o=options: x.var(correction=1, **{"dim": None, **o}), x=x)
        cases.add(f"norm{name}", lambda x, o=options: x.norm(**o), x=x)
        cases.add(f"amax{name}", lambda x, o=every: x.amax(**o), x=x)
        cases.add(f"amin{name}", lambda x, o=every: x.amin(**o), x=x)
        cases.add(f"logSumExp{name}", lambda x, o=every: x.logsumexp(**o), x=x)
    cases.add("sumMiddle", lambda x: x.sum((1, 3)), x=image)
    cases.add("meanOuter", lambda x: x.mean((0, 2, 3), keepdim=True), x=image)
    cases.add("amaxMiddle", lambda x: x.amax((1, 2)), x=image)
    cases.add("logSumExpMiddle", lambda x: x.logsumexp((1, 3)), x=image)
    cases.add("varBiased", lambda x: x.var(dim=1, correction=0), x=x)
    cases.add("varTwice", lambda x: x.var(dim=0, correction=2, keepdim=True), x=x)
    cases.add("varMiddle", lambda x: x.var(dim=(0, 2, 3), correction=1), x=image)
    cases.add("varOfOne", lambda x: x.var(dim=1, correction=1), x=numbers(5, 1))
    cases.add("varFar", lambda x: x.var(dim=1, correction=0), x=given([2047, 2048, 2049], [2040, 2048, 2044], [1, 4097, 2052], [2048, 2048, 2048], [-2049, -2040, -2046]), f32=True)
    cases.add("normAtZero", lambda x: x.norm(dim=1), x=given([0, 0, 0], [-0.0, 0, 0], [3, 0, 4], [1, 0, 0], [0, -2, 0]))
    cases.add("normAllZero", lambda x: x.norm(), x=given([0, 0], [0, 0]))
    cases.add("normAnywhere", lambda x: x.norm(dim=1), x=given([inf, 0], [nan, 1], [1, nan], [-inf, 2], [0, 0]), f32=True)
    cases.add("sumAnywhere", lambda x: x.sum(1), x=given([inf, -inf], [nan, 1], [inf, 1], [-inf, 2], [-0.0, -0.0]), f32=True)
    return cases.written


def extremes():
    """Largest and smallest elements: ties, NaN, infinities."""
    cases = Cases()
    ties = given([1, 1, 0], [0, 2, 2], [3, 3, 3], [-1, -1, -2], [3, 0, -0.0])
    odd = given([nan, 1, nan], [1, nan, 2], [inf, inf, 0], [-inf, -inf, -inf], [-inf, 0, 0])
    blocks = given([[1, 5], [5, 0]], [[2, 2], [2, 2]], [[0, 1], [1, 1]], [[-1, -3], [-3, -1]], [[0, 9], [9, 9]])
    for name, x in {"Ties": ties, "Odd": odd}.items():
        cases.add(f"amax{name}", lambda x: x.amax(1), x=x, f32=True)
        cases.add(f"amin{name}", lambda x: x.amin(1), x=x, f32=True)
        cases.add(f"amaxAll{name}", lambda x: x.amax((0, 1)), x=x, f32=True)
        # NaN of many: PyTorch's max() shares among the NaN, its amax gives NaN to all, as gradc does in both.
        cases.add(f"maxAll{name}", lambda x: x.max() if not x.isnan().any() else x.amax((0, 1)), x=x, f32=True)
        cases.add(f"minAll{name}", lambda x: x.min() if not x.isnan().any() else x.amin((0, 1)), x=x, f32=True)
        cases.add(f"max{name}", lambda x: x.max(1).values, x=x, f32=True)
        cases.add(f"min{name}", lambda x: x.min(1).values, x=x, f32=True)
        cases.add(f"maxRows{name}", lambda x: x.max(0).values, x=x, f32=True)
        cases.add(f"minKept{name}", lambda x: x.min(1, keepdim=True).values, x=x, f32=True)
        cases.add(f"argmax{name}", lambda x: x.argmax(1), x=x, f32=True)
        cases.add(f"argmaxRows{name}", lambda x: x.argmax(0, keepdim=True), x=x, f32=True)
        cases.add(f"argmaxAll{name}", lambda x: x.argmax(), x=x, f32=True)
    cases.add("maxBlocks", lambda x: x.flatten(1).max(1).values, x=blocks)
    cases.add("amaxBlocks", lambda x: x.amax((1, 2)), x=blocks)
    cases.add("maxOfOne", lambda x: x.max(1).values, x=numbers(5, 1))
    return cases.written


def softmaxes():
    cases = Cases()
    x, image = numbers(5, 4, seed=13), numbers(5, 2, 3, seed=14)
    odd = given([1e4, -1e4, 0], [-inf, 0, 1], [-inf, -inf, -inf], [88, 89, 90], [1e4, 1e4, 1e4])
    bad = given([inf, 0, 1], [nan, 0, 1], [inf, inf, 0], [inf, -inf, 0], [0, 0, nan])
    functions = {"softmax": torch.softmax, "logSoftmax": torch.log_softmax, "logSumExp": torch.logsumexp}
    for name, function in functions.items():
        cases.add(name, lambda x, f=function: f(x, -1), x=x)
        cases.add(f"{name}Rows", lambda x, f=function: f(x, 0), x=x)
        cases.add(f"{name}Middle", lambda x, f=function: f(x, 1), x=image)
        cases.add(f"{name}OfOne", lambda x, f=function: f(x, 1), x=numbers(5, 1))
        cases.add(f"{name}Far", lambda x, f=function: f(x, 1), x=odd)
        cases.add(f"{name}Bad", lambda x, f=function: f(x, 1), x=bad, f32=True)
    return cases.written
