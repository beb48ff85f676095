"""nn.*: activations, each on ordinary numbers and on kinks, far values and special ones."""
import torch
import torch.nn.functional as F
from cases import Cases, given, inf, nan, numbers

# The kinks of all of them, and numbers beyond which exponentials overflow.
odd = given([0, -0.0, 6, -6], [1e4, -1e4, 100, -100], [-1, 0.5, -0.5, 2], [88, -88, 2.984375, -2.984375], [1e-4, -2, 1, 20])
# So few that PyTorch's kernels take them one by one: several at once, those in pieces have other slopes at NaN, and at 3.
special = given([-inf], [inf], [nan], [3], [-3])

pieces = {
    "leakyRelu": F.leaky_relu,
    "elu": F.elu,
    "celu": F.celu,
    "selu": F.selu,
    "hardtanh": F.hardtanh,
    "relu6": F.relu6,
    "hardsigmoid": F.hardsigmoid,
    "hardswish": F.hardswish,
}
curves = {
    "logsigmoid": F.logsigmoid,
    "silu": F.silu,
    "mish": F.mish,
    "softsign": F.softsign,
    "tanhshrink": F.tanhshrink,
    "gelu": F.gelu,
    "geluTanh": lambda x: F.gelu(x, approximate="tanh"),
}
stated = {
    "leakyReluSteep": lambda x: F.leaky_relu(x, 1.5),
    "leakyReluDown": lambda x: F.leaky_relu(x, -0.25),
    "eluStated": lambda x: F.elu(x, 0.75),
    "celuStated": lambda x: F.celu(x, 0.75),
    "hardtanhStated": lambda x: F.hardtanh(x, -0.5, 2),
    "softplusStated": lambda x: F.softplus(x, beta=2.5),
    "softplusEarly": lambda x: F.softplus(x, beta=0.5, threshold=1.5),
}


def alone(functions):
    cases = Cases()
    for name, function in functions.items():
        cases.add(name, lambda x, f=function: f(x), x=numbers(5, 3, seed=200, low=-8, high=8))
        cases.add(f"{name}Anywhere", lambda x, f=function: f(x), x=odd, f32=True)
        cases.add(f"{name}Special", lambda x, f=function: f(x), x=special, f32=True)
    return cases


def piecewise():
    return alone(pieces).written


def smooth():
    return alone(curves).written


def settings():
    cases = alone(stated)
    cases.add("step", lambda x: torch.heaviside(x.detach(), torch.ones_like(x)), x=special, f32=True)
    return cases.written


def axes():
    cases = Cases()
    far = given([1e4, -1e4, 0, 1], [1e4, 1e4, 1, 1], [-inf, 0, 1, 2], [inf, 0, 1, 2], [nan, 0, 1, 2])
    image = numbers(5, 4, 3, seed=201)
    cases.add("logSoftmax", lambda x: F.log_softmax(x, -1), x=numbers(5, 4, seed=202))
    cases.add("logSoftmaxMiddle", lambda x: F.log_softmax(x, 1), x=image)
    cases.add("logSoftmaxFar", lambda x: F.log_softmax(x, -1), x=far, f32=True)
    cases.add("glu", F.glu, x=numbers(5, 6, seed=203))
    cases.add("gluMiddle", lambda x: F.glu(x, 1), x=image)
    cases.add("gluFar", F.glu, x=far, f32=True)
    return cases.written


def learned():
    cases = Cases()
    weight = {"parameters": ("weight",)}
    cases.add("prelu", F.prelu, x=numbers(5, 3, seed=204), weight=given(0.25), **weight)
    cases.add("preluAnywhere", F.prelu, x=odd, weight=given(-0.5), f32=True, **weight)
    cases.add("preluSpecial", F.prelu, x=special, weight=given(-0.5), f32=True, **weight)
    cases.add("preluChannels", F.prelu, x=numbers(5, 3, 2, seed=205), weight=given(0.25, 0, -1.5), **weight)
    cases.add("preluKink", F.prelu, x=given([0, -0.0, 1], [0, 0, -1], [0, 1, 2], [1, 0, -2], [0, 0, 0]), weight=given(0.25, 0.5, 2), **weight)
    return cases.written
