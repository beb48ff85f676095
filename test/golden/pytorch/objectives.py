"""losses.*: distances, margins and likelihoods, in every reduction, at far values and at kinks."""
import torch
import torch.nn.functional as F
from cases import Cases, given, inf, integers, nan, numbers
from losses import reductions, title


def reduced(cases, name, function, **inputs):
    for reduction in reductions:
        cases.add(f"{name}{title(reduction)}", lambda *xs, r=reduction: function(*xs, reduction=r), **inputs)


def distances():
    cases = Cases()
    x, y = numbers(5, 3, seed=210), numbers(5, 3, seed=211)
    far, near = given([1e4, -1e4, 0], [nan, 0, 1], [inf, -inf, 2], [1, -1, 0.5], [0, 0.25, -0.25]), given([-1e4, 1e4, 0], [0, nan, 1], [0, 0, 2], [0, 0, 0], [0, 0, 0])
    for name, function, setting in (("smoothL1", F.smooth_l1_loss, "beta"), ("huber", F.huber_loss, "delta")):
        reduced(cases, name, function, x=x, y=y)
        cases.add(f"{name}Stated", lambda x, y, f=function, s=setting: f(x, y, **{s: 0.75}), x=x, y=y)
        cases.add(f"{name}Far", lambda x, y, f=function: f(x, y, reduction="none"), x=far, y=near, f32=True)
    cases.add("smoothL1Sharp", lambda x, y: F.smooth_l1_loss(x, y, beta=0), x=x, y=y)
    return cases.written


def weights():
    cases = Cases()
    z, y = numbers(5, 3, seed=212), numbers(5, 3, seed=213, low=0, high=1)
    p = numbers(5, 3, seed=214, low=0.0625, high=0.9375)
    own, column = numbers(5, 3, seed=215, low=0.25, high=2), given(0.5, 1.25, 3)
    hard = given([1e4, 1e4, -1e4], [-1e4, 0, 0], [0, -0.0, 100], [-100, 20, -20], [88, -88, 710])
    sides = given([0, 1, 0], [1, 0, 1], [0.5, 0, 0], [1, 0, 1], [0, 1, 1])
    with_logits = F.binary_cross_entropy_with_logits
    cases.add("bceWeighted", lambda x, y, z: F.binary_cross_entropy(x, y, z.detach()), x=p, y=y, z=own)
    cases.add("bceWeightedColumns", lambda x, y: F.binary_cross_entropy(x, y, column, reduction="sum"), x=p, y=y)
    cases.add("bceWithLogitsWeighted", lambda x, y, z: with_logits(x, y, z.detach()), x=z, y=y, z=own)
    reduced(cases, "bceWithLogitsPositive", lambda x, y, reduction: with_logits(x, y, pos_weight=column, reduction=reduction), x=z, y=y)
    cases.add("bceWithLogitsBoth", lambda x, y: with_logits(x, y, column, pos_weight=torch.tensor(3.0)), x=z, y=y)
    cases.add("bceWithLogitsPositiveFar", lambda x, y: with_logits(x, y.detach(), pos_weight=column.float(), reduction="none"), x=hard, y=sides, f32=True)
    return cases.written


def classes():
    cases = Cases()
    z, image = numbers(5, 4, seed=216), numbers(5, 4, 3, seed=217)
    y, some = integers(0, 3, 3, 1, 2), integers(0, -100, 3, -100, 2)
    pixels = integers([0, 3, 1], [-100, 2, 2], [1, 1, 0], [3, -100, -100], [2, 0, 1])
    weight = numbers(4, seed=107, low=0.25, high=2)
    reduced(cases, "nll", F.nll_loss, x=z, y=y)
    reduced(cases, "nllWeighted", lambda x, y, reduction: F.nll_loss(x, y, weight, reduction=reduction), x=z, y=some)
    cases.add("nllIgnored", lambda x, y: F.nll_loss(x, y, ignore_index=3), x=z, y=y)
    cases.add("nllImage", lambda x, y: F.nll_loss(x, y, weight), x=image, y=pixels)
    cases.add("nllOfSoftmax", lambda x, y: F.nll_loss(F.log_softmax(x, -1), y), x=z, y=y)
    cases.add("nllFar", lambda x, y: F.nll_loss(x, y, reduction="none"), x=given([1e4, -inf], [-1e4, 0], [-inf, -1], [nan, 0], [0, inf]), y=integers(0, 0, 0, 0, 0), f32=True)
    reduced(cases, "multiMargin", F.multi_margin_loss, x=z, y=y)
    reduced(cases, "multiMarginSquared", lambda x, y, reduction: F.multi_margin_loss(x, y, p=2, margin=0.5, weight=weight, reduction=reduction), x=z, y=y)
    cases.add("multiMarginFar", lambda x, y: F.multi_margin_loss(x, y, reduction="none"), x=given([1e4, -1e4], [-1e4, 1e4], [1, 0], [0, 0], [0, 1]), y=integers(0, 0, 0, 0, 0), f32=True)
    return cases.written


def margins():
    cases = Cases()
    x, z, y = numbers(5, 3, seed=218), numbers(5, 3, seed=219), given([1, -1, 1], [-1, -1, 1], [1, 1, -1], [-1, 1, 1], [1, -1, -1])
    # On the borders of hinge and perceptron, the slope is 0.
    odd, signs = given([1, -1, 0], [-0.0, 1, -1], [1e4, -1e4, 1e4], [-1e4, nan, inf], [0.5, 2, -inf]), given([1, -1, 1], [1, -1, 1], [1, 1, -1], [-1, 1, 1], [1, 1, 1])
    part = lambda x: torch.relu(x)
    reduce = lambda x, reduction: {"mean": torch.mean, "sum": torch.sum, "none": lambda x: x}[reduction](x)
    functions = {
        "hinge": lambda x, y, reduction: reduce(part(1 - y * x), reduction),
        "squaredHinge": lambda x, y, reduction: reduce(part(1 - y * x) ** 2, reduction),
        "perceptron": lambda x, y, reduction: reduce(part(-y * x), reduction),
        "softMargin": lambda x, y, reduction: F.soft_margin_loss(x, y.detach(), reduction=reduction),
    }
    for name, function in functions.items():
        reduced(cases, name, function, x=x, y=y)
        if name != "softMargin":
            cases.add(f"{name}Anywhere", lambda x, y, f=function: f(x, y.detach(), reduction="none"), x=odd, y=signs, f32=True)
    # PyTorch's overflows.
    cases.add("softMarginFar", lambda x, y: F.softplus(-y * x), x=given([1e4, -1e4], [0, -0.0], [100, -100], [20, -20], [1, -1]), y=given([1, 1], [1, -1], [1, 1], [1, 1], [-1, -1]), f32=True)
    reduced(cases, "marginRanking", lambda x, z, y, reduction: F.margin_ranking_loss(x, z, y, reduction=reduction), x=x, z=z, y=y)
    cases.add("marginRankingStated", lambda x, z, y: F.margin_ranking_loss(x, z, y, margin=0.5), x=x, z=z, y=y)
    cases.add("marginRankingFar", lambda x, z, y: F.margin_ranking_loss(x, z, y.detach(), reduction="none"), x=given([0, 1e4, -1e4], [1, 1, 2], [nan, 0, 1], [0, 0, 0], [1, 2, 3]), z=given([0, -1e4, 1e4], [1, 2, 1], [0, nan, 1], [0, -0.0, 1], [3, 2, 1]), y=y, f32=True)
    return cases.written


def likelihoods():
    cases = Cases()
    x, t = numbers(5, 3, seed=220), numbers(5, 3, seed=221, low=0.0625, high=1)
    for reduction in (*reductions, "batchmean"):
        cases.add(f"kl{title(reduction)}", lambda x, y, r=reduction: F.kl_div(x, y, reduction=r), x=x, y=t)
        cases.add(f"klLog{title(reduction)}", lambda x, y, r=reduction: F.kl_div(x, y, reduction=r, log_target=True), x=x, y=numbers(5, 3, seed=222))
    cases.add("klFar", lambda x, y: F.kl_div(x, y.detach(), reduction="none"), x=given([0, -1e4, -5], [-1, -2, -3], [-1e4, -1e4, 0], [0, nan, 0], [-100, 1, 2]), y=given([0, 1, 0.5], [0, 0, 1], [0, 1, 1], [1, 1, 0], [1, 0, 0]), f32=True)
    counts = integers([0, 1, 2], [5, 0, 1], [3, 7, 0], [1, 1, 12], [2, 0, 4]).to(torch.float64)
    rate = numbers(5, 3, seed=223, low=0.125, high=4)
    reduced(cases, "poissonNll", F.poisson_nll_loss, x=x, y=counts)
    cases.add("poissonNllFull", lambda x, y: F.poisson_nll_loss(x, y, full=True), x=x, y=counts + 1)
    cases.add("poissonNllRate", lambda x, y: F.poisson_nll_loss(x, y, log_input=False, full=True), x=rate, y=counts + 1)
    cases.add("poissonNllRateEps", lambda x, y: F.poisson_nll_loss(x, y, log_input=False, eps=0.25), x=rate, y=counts)
    cases.add("poissonNllFar", lambda x, y: F.poisson_nll_loss(x, y, reduction="none"), x=given([-1e4, 80], [0, -0.0], [-100, 20], [-inf, -20], [nan, 1]), y=given([0, 1], [0, 2], [1e4, 3], [0, 1], [1, 0]), f32=True)
    cases.add("poissonNllRateFar", lambda x, y: F.poisson_nll_loss(x, y, log_input=False, reduction="none"), x=given([0, 0], [1e4, 1e-4], [1, 1], [2, 2], [3, 3]), y=given([0, 1], [1e4, 2], [1, 3], [0, 1], [1, 0]), f32=True)
    y, variance = numbers(5, 3, seed=224), numbers(5, 3, seed=225, low=0.125, high=3)
    reduced(cases, "gaussianNll", F.gaussian_nll_loss, x=x, y=y, z=variance)
    cases.add("gaussianNllFull", lambda x, y, z: F.gaussian_nll_loss(x, y, z, full=True), x=x, y=y, z=variance)
    cases.add("gaussianNllRows", F.gaussian_nll_loss, x=x, y=y, z=numbers(5, 1, seed=226, low=0.125, high=3))
    cases.add("gaussianNllEps", lambda x, y, z: F.gaussian_nll_loss(x, y, z, eps=1), x=x, y=y, z=variance)
    cases.add("gaussianNllFar", lambda x, y, z: F.gaussian_nll_loss(x, y, z, reduction="none"), x=given([0, 1e4], [1, 1e-3], [1e4, 0], [1, 2], [0, 0]), y=given([0, -1e4], [1, 0], [1e4, 0], [3, 2], [0, 0]), z=given([0, 1], [1e-8, 1e-7], [1e4, 1e4], [1e-4, 0], [1, 1e-6]), f32=True)
    return cases.written


def embeddings():
    cases = Cases()
    x, y, z = numbers(5, 4, seed=227), numbers(5, 4, seed=228), numbers(5, 4, seed=229)
    sign = integers(1, -1, 1, -1, 1)
    reduced(cases, "cosineEmbedding", lambda x, z, y, reduction: F.cosine_embedding_loss(x, z, y, reduction=reduction), x=x, z=y, y=sign)
    cases.add("cosineEmbeddingMargin", lambda x, z, y: F.cosine_embedding_loss(x, z, y, margin=0.25), x=x, z=y, y=integers(-1, -1, -1, -1, 1))
    far = given([1e4, -1e4, 0, 1], [1e-3, 0, 0, 0], [1, 1, 1, 1], [1, 2, 3, 4], [1e4, 1e4, 1e4, 1e4])
    other = given([-1e4, 1e4, 1, 0], [0, 1e-3, 1, 1], [1, 1, 1, 0.5], [-1, -2, -3, 4], [1e4, 1, 1, 1])
    cases.add("cosineEmbeddingFar", lambda x, z, y: F.cosine_embedding_loss(x, z, y, reduction="none"), x=far, z=other, y=integers(1, -1, -1, 1, -1), f32=True)
    triplet = F.triplet_margin_loss
    reduced(cases, "tripletMargin", triplet, x=x, y=y, z=z)
    for name, settings in {"One": {"p": 1}, "Three": {"p": 3}, "Largest": {"p": inf}, "Stated": {"margin": 2.5, "eps": 0.25}, "Swap": {"swap": True, "margin": 3}}.items():
        cases.add(f"tripletMargin{name}", lambda x, y, z, s=settings: triplet(x, y, z, **s), x=x, y=y, z=z)
    cases.add("tripletMarginFar", lambda x, y, z: triplet(x, y, z, reduction="none"), x=far, y=other, z=given([0, 0, 0, 0], [1, 0, 0, 0], [1, 1, 1, 1], [9, 9, 9, 9], [-1e4, 0, 0, 0]), f32=True)
    return cases.written
