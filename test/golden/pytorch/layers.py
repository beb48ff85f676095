"""nn.*: parameters are written in gradc's layout, in which the weight of a linear layer is [in, out]."""
import torch
import torch.nn.functional as F
from cases import Cases, given, inf, nan, numbers


def dense():
    cases = Cases()
    weights = {"parameters": ("weight", "bias"), "transposed": ("weight",)}
    x = numbers(5, 3, seed=50)
    cases.add("linear", F.linear, x=x, weight=numbers(4, 3, seed=51), bias=numbers(4, seed=52), **weights)
    cases.add("linearPlain", F.linear, x=x, weight=numbers(4, 3, seed=53), parameters=("weight",), transposed=("weight",))
    cases.add("linearRanks", F.linear, x=numbers(5, 2, 3, seed=54), weight=numbers(4, 3, seed=55), bias=numbers(4, seed=56), **weights)
    cases.add("linearOne", F.linear, x=numbers(5, 1, seed=57), weight=numbers(1, 1, seed=58), bias=numbers(1, seed=59), **weights)
    wide = lambda scale, *shape, seed: numbers(*shape, seed=seed) / scale
    cases.add("linearWide", F.linear, x=numbers(5, 37, seed=60), weight=wide(8, 21, 37, seed=61), bias=numbers(21, seed=62), **weights)
    cases.add("linearAnywhere", F.linear, f32=True, x=given([inf, 0], [nan, 1], [-inf, 1], [0, 0], [1e4, -1e4]),
              weight=given([1, 0], [0, 1], [-1, 2]), bias=given([0, 1, -1]).reshape(3), **weights)
    cases.add(
        "sequential", lambda x, first, start, second, end: F.linear(torch.tanh(F.linear(x, first, start)), second, end),
        parameters=("0.weight", "0.bias", "2.weight", "2.bias"), transposed=("0.weight", "2.weight"), x=x,
        **{"0.weight": numbers(4, 3, seed=63), "0.bias": numbers(4, seed=64), "2.weight": numbers(2, 4, seed=65), "2.bias": numbers(2, seed=66)},
    )
    cases.add(
        "tied", lambda x, weight, bias: F.linear(torch.tanh(F.linear(x, weight, bias)), weight, bias),
        x=x, weight=numbers(3, 3, seed=67), bias=numbers(3, seed=68), **weights,
    )
    return cases.written


def activations():
    cases = Cases()
    x, image = numbers(5, 4, seed=70), numbers(5, 2, 3, seed=71)
    odd = given([-inf, inf, nan, 0], [-0.0, 1, -1, 1e4], [-1e4, 20, -20, 100], [0, 0, 0, 0], [0.5, -0.5, 2, -2])
    functions = {"tanh": torch.tanh, "sigmoid": torch.sigmoid, "relu": torch.relu, "softplus": F.softplus}
    for name, function in functions.items():
        cases.add(name, lambda x, f=function: f(x), x=x)
        cases.add(f"{name}Anywhere", lambda x, f=function: f(x), x=odd, f32=True)
    cases.add("sign", lambda x: torch.sign(x.detach()), x=odd, f32=True)
    cases.add("softmax", lambda x: torch.softmax(x, -1), x=x)
    cases.add("softmaxMiddle", lambda x: torch.softmax(x, 1), x=image)
    cases.add("flatten", lambda x: torch.flatten(x, 1), x=image)
    cases.add("dropoutNone", lambda x: F.dropout(x, 0, training=True), x=odd, f32=True)
    cases.add("standardize", lambda x, mean, deviation: (x - mean.detach()) / deviation.detach(),
              x=x, mean=numbers(4, seed=72), deviation=numbers(4, seed=73, low=0.5, high=2), parameters=("mean", "deviation"))
    return cases.written


def convolutions():
    cases = Cases()
    x = numbers(5, 4, 5, 4, seed=80)

    def add(name, out, kernel, bias=True, image=x, **options):
        groups = options.get("groups", 1)
        tensors = {"weight": numbers(out, image.shape[1] // groups, *kernel, seed=81 + out)}
        if bias:
            tensors["bias"] = numbers(out, seed=82)
        cases.add(name, lambda x, weight, bias=None: F.conv2d(x, weight, bias, **options), x=image, parameters=tuple(tensors), **tensors)

    add("conv2d", 3, (3, 3))
    add("conv2dPlain", 3, (3, 3), bias=False)
    add("conv2dPoint", 6, (1, 1))
    add("conv2dOblong", 2, (2, 3))
    add("conv2dPadded", 3, (3, 3), padding=1)
    add("conv2dPaddedOblong", 3, (3, 2), padding=(2, 1))
    add("conv2dStride", 3, (3, 3), stride=2)
    add("conv2dStrides", 3, (2, 2), stride=(3, 1))
    add("conv2dDilated", 2, (2, 2), dilation=2)
    add("conv2dDilations", 2, (2, 2), dilation=(3, 1), padding=(1, 0))
    add("conv2dGroups", 6, (3, 3), groups=2)
    add("conv2dDepthwise", 8, (3, 3), groups=4, padding=1, bias=False)
    add("conv2dAll", 4, (3, 2), stride=(2, 1), padding=(1, 2), dilation=(1, 2), groups=2)
    add("conv2dWhole", 5, (5, 4))
    add("conv2dLarger", 2, (5, 5), padding=3, stride=4, image=numbers(5, 1, 4, 4, seed=83))
    return cases.written


def pools():
    cases = Cases()
    x = numbers(5, 1, 6, 5, seed=90)
    ties = torch.round(numbers(5, 1, 6, 5, seed=91) / 2)
    odd = numbers(5, 1, 4, 4, seed=92).reshape(5, 16).clone()
    # One NaN a window, and no border of -infinity alone: PyTorch goes on to the last NaN, and never to the padding.
    odd[0, 5], odd[1, 3], odd[2, ::3], odd[3, 10] = nan, inf, -inf, nan
    odd = odd.reshape(5, 1, 4, 4)

    def add(name, image, kernel, f32=False, **options):
        cases.add(name, lambda x: F.max_pool2d(x, kernel, **options), x=image, f32=f32)

    add("maxPool2d", x, 2)
    add("maxPool2dOblong", x, (3, 2))
    add("maxPool2dOverlap", x, 3, stride=1)
    add("maxPool2dStrides", x, 2, stride=(1, 2))
    add("maxPool2dSparse", x, 2, stride=3)
    add("maxPool2dPadded", x, 3, padding=1, stride=2)
    add("maxPool2dPaddedOblong", x, (3, 2), padding=(1, 0), stride=1)
    add("maxPool2dTies", ties, 2)
    add("maxPool2dTiesOverlap", ties, 3, stride=1, padding=1)
    add("maxPool2dPoint", x, 1)
    add("maxPool2dWhole", x, (6, 5))
    add("maxPool2dAnywhere", odd, 2, f32=True)
    add("maxPool2dPaddedAnywhere", odd, 3, stride=1, padding=1, f32=True)
    return cases.written
