"""losses.*: every reduction; logits far away, saturated, infinite or NaN."""
import torch
import torch.nn.functional as F
from cases import Cases, given, inf, integers, nan, numbers

reductions = ("mean", "sum", "none")


def title(text):
    return text[0].upper() + text[1:]


def regression():
    cases = Cases()
    x, y = numbers(5, 3, seed=100), numbers(5, 3, seed=101)
    odd, other = given([inf, 0, 1], [nan, 0, -0.0], [1e4, -1e4, 2], [2, -inf, 3], [0, 0, 0]), given([0, 0, 1], [1, nan, 0], [-1e4, 1e4, 2], [inf, -inf, 3.5], [0, 1, 2])
    for name, function in {"mse": F.mse_loss, "l1": F.l1_loss}.items():
        for reduction in reductions:
            cases.add(f"{name}{title(reduction)}", lambda x, y, f=function, r=reduction: f(x, y, reduction=r), x=x, y=y)
        cases.add(f"{name}Anywhere", lambda x, y, f=function: f(x, y, reduction="none"), x=odd, y=other, f32=True)
        cases.add(f"{name}Equal", lambda x, f=function: f(x, torch.ones_like(x)), x=given([1, 1], [1, 2], [0, 1], [1, 1], [1, 1]))
    return cases.written


def binary():
    cases = Cases()
    z, y = numbers(5, 3, seed=102), numbers(5, 3, seed=103, low=0, high=1)
    p = numbers(5, 3, seed=104, low=0.0625, high=0.9375)
    hard = given([1e4, 1e4, -1e4], [-1e4, 0, 0], [0, -0.0, 100], [-100, 20, -20], [88, -88, 710])
    sides = given([0, 1, 0], [1, 0, 1], [0.5, 0, 0], [1, 0, 1], [0, 1, 1])
    for reduction in reductions:
        cases.add(f"bceWithLogits{title(reduction)}", lambda x, y, r=reduction: F.binary_cross_entropy_with_logits(x, y, reduction=r), x=z, y=y)
        cases.add(f"bce{title(reduction)}", lambda x, y, r=reduction: F.binary_cross_entropy(x, y, reduction=r), x=p, y=y)
        cases.add(f"bceOfSigmoid{title(reduction)}", lambda x, y, r=reduction: F.binary_cross_entropy(torch.sigmoid(x), y, reduction=r), x=z, y=y)
    cases.add("bceWithLogitsFar", lambda x, y: F.binary_cross_entropy_with_logits(x, y, reduction="none"), x=hard, y=sides, f32=True)
    cases.add("bceWithLogitsOdd", lambda x: F.binary_cross_entropy_with_logits(x, torch.ones_like(x) / 2, reduction="none"), x=given([nan], [0], [-0.0], [1], [2]), f32=True)
    # The slope there is PyTorch's alone: (p - y)/max(p (1 - p), 1e-12), which is 0 at p = y and 1e12 at p = 1 - y.
    cases.add("bceBounds", lambda x: F.binary_cross_entropy(x.detach(), torch.round(x.detach()), reduction="none"), x=given([0, 1, 1], [0, 0.25, 0.75], [1, 0, 1], [0, 1, 0], [1, 0.5, 0]), f32=True)
    return cases.written


def entropies():
    cases = Cases()
    z, image = numbers(5, 4, seed=105), numbers(5, 4, 3, seed=106)
    y, some, none = integers(0, 3, 3, 1, 2), integers(0, -100, 3, -100, 2), integers(*[-100] * 5)
    pixels = integers([0, 3, 1], [-100, 2, 2], [1, 1, 0], [3, -100, -100], [2, 0, 1])
    weight = numbers(4, seed=107, low=0.25, high=2)
    soft = torch.softmax(numbers(5, 4, seed=108), 1).to(torch.float32).to(torch.float64)
    for reduction in reductions:
        r, name = {"reduction": reduction}, f"crossEntropy{title(reduction)}"
        cases.add(name, lambda x, y, r=r: F.cross_entropy(x, y, **r), x=z, y=y)
        cases.add(f"{name}Ignored", lambda x, y, r=r: F.cross_entropy(x, y, **r), x=z, y=some)
        cases.add(f"{name}IgnoredClass", lambda x, y, r=r: F.cross_entropy(x, y, ignore_index=3, **r), x=z, y=y)
        cases.add(f"{name}AllIgnored", lambda x, y, r=r: F.cross_entropy(x, y, **r), x=z, y=none)
        cases.add(f"{name}Weighted", lambda x, y, r=r: F.cross_entropy(x, y, weight, **r), x=z, y=some)
        cases.add(f"{name}Smooth", lambda x, y, r=r: F.cross_entropy(x, y, label_smoothing=0.25, **r), x=z, y=some)
        cases.add(f"{name}SmoothWeighted", lambda x, y, r=r: F.cross_entropy(x, y, weight, label_smoothing=0.25, **r), x=z, y=some)
        cases.add(f"{name}Soft", lambda x, y, r=r: F.cross_entropy(x, y, **r), x=z, y=soft)
        cases.add(f"{name}SoftWeighted", lambda x, y, r=r: F.cross_entropy(x, y, weight, **r), x=z, y=soft)
        cases.add(f"{name}SoftSmooth", lambda x, y, r=r: F.cross_entropy(x, y, weight, label_smoothing=0.5, **r), x=z, y=soft)
        cases.add(f"{name}Image", lambda x, y, r=r: F.cross_entropy(x, y, **r), x=image, y=pixels)
        cases.add(f"{name}ImageWeighted", lambda x, y, r=r: F.cross_entropy(x, y, weight, **r), x=image, y=pixels)
    cases.add("crossEntropyOneClass", F.cross_entropy, x=numbers(5, 1), y=integers(0, 0, 0, 0, 0))
    far = given([1e4, -1e4, 0], [1e4, -1e4, 0], [1e4, -1e4, 0], [1e4, 1e4, 1e4], [-1e4, -1e4, -1e4])
    masked = given([-inf, 0, 1], [0, -inf, 1], [0, 1, -inf], [-inf, -inf, 2], [-inf, 1, -inf])
    bad = given([nan, 0, 1], [0, inf, 1], [-inf, -inf, -inf], [0, 0, -inf], [1, 2, 3])
    cases.add("crossEntropyFar", lambda x, y: F.cross_entropy(x, y, reduction="none"), x=far, y=integers(0, 1, 2, 0, 2), f32=True)
    cases.add("crossEntropyMasked", lambda x, y: F.cross_entropy(x, y, reduction="none"), x=masked, y=integers(1, 2, 0, 2, 1), f32=True)
    cases.add("crossEntropyMaskedMean", F.cross_entropy, x=masked, y=integers(1, 2, 0, 2, 1), f32=True)
    cases.add("crossEntropyBad", lambda x, y: F.cross_entropy(x, y, reduction="none"), x=bad, y=integers(1, 0, 0, 2, 0), f32=True)
    cases.add("crossEntropyBadIgnored", F.cross_entropy, x=bad, y=integers(-100, -100, -100, 0, 0), f32=True)
    return cases.written
