"""ops.* that move elements, products of tensors, empty axes, and derivatives of derivatives."""
import torch
import torch.nn.functional as F
from cases import Cases, given, inf, integers, nan, numbers


def movements():
    cases = Cases()
    x, image = numbers(5, 4, seed=15), numbers(5, 2, 3, 2, seed=16)
    odd = given([-0.0, 0, nan, inf], [1, -inf, -0.0, 2])
    cases.add("reshape", lambda x: x.reshape(5, 2, 2), x=x)
    cases.add("reshapeInferred", lambda x: x.reshape(5, -1), x=image)
    cases.add("permute", lambda x: x.permute(0, 3, 1, 2), x=image)
    cases.add("permuteAll", lambda x: x.permute(3, 2, 1, 0), x=image)
    cases.add("transpose", lambda x: x.transpose(-2, -1), x=image)
    cases.add("transposeRows", lambda x: x.transpose(0, 1), x=x)
    cases.add("broadcast", lambda x: x.expand(5, 3, 4), x=numbers(3, 1))
    cases.add("slice", lambda x: x[:, 1:3], x=x)
    cases.add("sliceImage", lambda x: x[:, 1:2, 0:2, 1:2], x=image)
    cases.add("pad", lambda x: F.pad(x, (1, 2)), x=x)
    cases.add("padValue", lambda x: F.pad(x, (0, 1, 2, 1), value=-1.5), x=image)
    cases.add("padInfinity", lambda x: F.pad(x, (1, 1), value=-inf), x=x)
    cases.add("flip", lambda x: x.flip(1), x=x)
    cases.add("flipRows", lambda x: x.flip(0), x=odd, f32=True)
    cases.add("flipAll", lambda x: x.flip((0, 1)), x=numbers(4, 3))
    cases.add("concat", lambda x, y: torch.cat([x, y, x], 1), x=x, y=numbers(5, 1))
    cases.add("concatRows", lambda x, y: torch.cat([x, y], 0), x=odd, y=numbers(3, 4), f32=True)
    cases.add("stack", lambda x, y: torch.stack([x, y], -1), x=x, y=numbers(5, 4, seed=17))
    cases.add("stackFirst", lambda x, y: torch.stack([x, y], 0), x=odd, y=odd, f32=True)
    cases.add("split", lambda x: torch.split(x, 3, 1)[0] * torch.split(x, 3, 1)[1], x=x)
    cases.add("splitSizes", lambda x: torch.cat([part * (i + 1) for i, part in enumerate(torch.split(x, [1, 2, 1], 1))], 1), x=x)
    cases.add("window", lambda x: x.unfold(1, 3, 2), x=numbers(5, 8, seed=18))
    cases.add("windowOverlap", lambda x: x.unfold(1, 3, 1), x=x)
    cases.add("windowMiddle", lambda x: x.unfold(2, 2, 1), x=image)

    def fold(x):
        places = torch.zeros(5, 8, dtype=x.dtype)
        for i in range(3):
            for k in range(3):
                places = places + F.one_hot(torch.tensor(2 * i + k), 8) * x[:, i, k, None]
        return places

    cases.add("fold", fold, x=numbers(5, 3, 3, seed=19))
    cases.add("gather", lambda x, i: x[i], x=numbers(4, 3), i=integers(0, 3, 3, 1, 0))
    cases.add("gatherTable", lambda x, i: x[i], x=numbers(4, 3), i=integers([0, 3], [3, 3], [1, 0], [2, 2], [1, 1]))
    cases.add("scatterAdd", lambda x, i: torch.zeros(4, 4, dtype=x.dtype).index_add(0, i, x), x=x, i=integers(0, 3, 3, 1, 0))
    cases.add("oneHot", lambda x, i: x * F.one_hot(i, 4), x=x, i=integers(0, 3, 3, 1, 0))
    return cases.written


def products():
    cases = Cases()
    x, w = numbers(5, 3, seed=20), numbers(3, 4, seed=21)
    stacks, other = numbers(5, 2, 3, seed=22), numbers(5, 3, 4, seed=23)
    cases.add("matmul", torch.matmul, x=x, y=w)
    cases.add("matmulStacks", torch.matmul, x=stacks, y=other)
    cases.add("matmulShared", torch.matmul, x=stacks, y=w)
    cases.add("matmulRepeated", torch.matmul, x=numbers(5, 1, 2, 3, seed=24), y=numbers(4, 3, 2, seed=25))
    cases.add("matmulVector", torch.matmul, x=stacks, y=numbers(3, seed=26))
    cases.add("vectorMatmul", torch.matmul, x=numbers(3, seed=27), y=other)
    cases.add("dot", torch.matmul, x=numbers(3, seed=28), y=numbers(3, seed=29))
    cases.add("matmulWide", torch.matmul, x=numbers(5, 37, seed=30), y=numbers(37, 19, seed=31))
    cases.add("matmulSquare", lambda x: x @ x, x=numbers(3, 3, seed=32))
    cases.add("gram", lambda x: x.T @ x, x=x)
    cases.add("matmulAnywhere", torch.matmul, f32=True, x=given([1, inf], [nan, 0], [0, -inf], [0, 0], [1e4, 1e4]), y=given([0, 1, -1], [1, 0, 2]))
    specs = {
        "einsumProduct": ("bi,ij->bj", x, w), "einsumRows": ("bi,bi->b", x, numbers(5, 3, seed=33)), "einsumSum": ("bi->", x),
        "einsumTurned": ("bi->ib", x), "einsumColumn": ("bi->i", x), "einsumOuter": ("bi,j->bij", x, numbers(4, seed=34)),
        "einsumBilinear": ("bi,ij,bj->b", x, w, numbers(5, 4, seed=35)), "einsumStacks": ("bij,bjk->bik", stacks, other),
        "einsumImplicit": ("bi,ij", x, w), "einsumLonely": ("bi,jk->bk", x, w), "einsumAll": ("bi,bi->", x, numbers(5, 3, seed=36)),
        "einsumElements": ("bi,bi->bi", x, numbers(5, 3, seed=37)),
    }
    for name, (spec, *operands) in specs.items():
        cases.add(name, lambda *o, s=spec: torch.einsum(s, *o), **dict(zip("xyz", operands)))
    return cases.written


def empties():
    cases = Cases()
    rows, none = torch.zeros(0, 3, dtype=torch.float64), torch.zeros(4, 0, dtype=torch.float64)
    cases.add("sumNothing", lambda x: x.sum(0), x=rows)
    cases.add("sumAllNothing", lambda x: x.sum(), x=rows)
    cases.add("meanNothing", lambda x: x.mean(0), x=rows)
    cases.add("varNothing", lambda x: x.var(dim=0, correction=0), x=rows)
    cases.add("logSumExpNothing", lambda x: x.exp().sum(1).log(), x=none)
    cases.add("normNothing", lambda x: x.norm(dim=1), x=none)
    cases.add("concatNothing", lambda x, y: torch.cat([x, y], 0), x=rows, y=numbers(2, 3))
    cases.add("matmulNothing", torch.matmul, x=none, y=rows)
    cases.add("padNothing", lambda x: F.pad(x, (1, 1), value=2), x=none)
    cases.add("exp", torch.exp, x=rows)
    cases.add("softmaxNothing", lambda x: torch.softmax(x, 1), x=rows)
    return cases.written


def second():
    """Derivatives of derivatives: the output is the gradient of sum(f(x) * f(x)), differentiated once more."""
    cases = Cases()
    x = numbers(5, 3, seed=40)
    positive = numbers(5, 3, seed=41, low=0.25, high=2)

    def slope(f):
        def apply(x, *others):
            y = f(x, *others)
            return torch.autograd.grad((y * y).sum(), x, create_graph=True)[0]
        return apply

    for name in ("tanh", "sigmoid", "exp", "sin", "erf", "square"):
        cases.add(f"{name}Slope", slope(lambda x, f=name: getattr(torch, f)(x)), x=x)
    for name in ("log", "sqrt", "reciprocal", "log1p"):
        cases.add(f"{name}Slope", slope(lambda x, f=name: getattr(torch, f)(x)), x=positive)
    cases.add("softplusSlope", slope(lambda x: F.softplus(x)), x=x)
    cases.add("powSlope", slope(lambda x, y: x**y), x=positive, y=numbers(3, seed=42))
    cases.add("softmaxSlope", slope(lambda x: torch.softmax(x, 1)), x=x)
    cases.add("logSoftmaxSlope", slope(lambda x: torch.log_softmax(x, 1)), x=x)
    cases.add("logSumExpSlope", slope(lambda x: x.logsumexp(1)), x=x)
    cases.add("normSlope", slope(lambda x: x.norm(dim=1)), x=x)
    cases.add("varSlope", slope(lambda x: x.var(dim=1, correction=1)), x=x)
    cases.add("matmulSlope", slope(lambda x, y: torch.tanh(x @ y)), x=x, y=numbers(3, 2, seed=43))
    cases.add("maxSlope", slope(lambda x: x.max(1).values.exp()), x=x)
    cases.add("amaxSlope", slope(lambda x: x.amax(0).exp()), x=x)
    cases.add("conv2dSlope", slope(lambda x, y: torch.tanh(F.conv2d(x, y, padding=1, stride=2))), x=numbers(5, 2, 4, 4, seed=44), y=numbers(3, 2, 3, 3, seed=45) / 8)
    cases.add("maxPool2dSlope", slope(lambda x: F.max_pool2d(x, 2).exp()), x=numbers(5, 1, 4, 4, seed=46))
    cases.add("bceWithLogitsSlope", slope(lambda x, y: F.binary_cross_entropy_with_logits(x, y, reduction="none")), x=x, y=torch.abs(positive) / 2)
    cases.add("crossEntropySlope", slope(lambda x, y: F.cross_entropy(x, y, reduction="none")), x=x, y=integers(0, 2, 1, 1, 0))
    return cases.written
