"""ops.* that are compositions: products and sums so far, sorting, lengths, repeated and padded cells, choices by index.

A case keeps how it is called: the function, and its arguments, of which "$x" stands for the operand x.
"""
import torch
import torch.nn.functional as F
from cases import Cases, given, inf, integers, nan, numbers
from samples import samples


class Calls:
    """Cases with their calls. `fixed`: no axis is one of rows."""

    def __init__(self):
        self.cases = Cases()

    def add(self, name, function, call, apply, fixed=False, **inputs):
        self.cases.add(name, apply, **inputs)
        self.cases.written[name] = {"function": function, "call": call, **({"fixed": True} if fixed else {}), **self.cases.written[name]}

    def samples(self, op, function, apply, arguments, wanted=lambda arguments, options: True, most=4):
        """OpInfo's samples of `op`: `arguments` gives the call behind the operands from what else the sample has."""
        def small(found, options):
            tensors = [value for value in found if torch.is_tensor(value)]
            return all(0 < value.dim() and value.numel() <= 60 for value in tensors) and wanted(found, options)
        for n, (found, options) in enumerate(samples(op, small, most)):
            tensors = [value for value in found if torch.is_tensor(value)]
            rest = [value for value in found if not torch.is_tensor(value)]
            names = [next(free) if value.dtype.is_floating_point else "i" for free in [iter("xyz")] for value in tensors]
            call = [f"${name}" for name in names] + arguments(rest, options)
            inputs = {name: value.to(torch.int64) if name == "i" else value for name, value in zip(names, tensors)}
            self.add(f"{function}Sample{n}", function, call, lambda *o, r=rest, k=options: apply(*o, *r, **k), fixed=True, **inputs)


x, image = numbers(5, 4, seed=500), numbers(5, 2, 3, seed=501)
odd = given([1, nan, 2, inf], [-inf, 3, -0.0, 0], [2, 2, 1, 2], [nan, inf, nan, -inf], [inf, -inf, 1, 0])
zeros = given([0, 2, 3, 4], [0, 0, 1, 2], [1, 2, 0, 3], [1, 0, 2, 0], [2, 1, 3, 4])
no_args = lambda rest, options: [{"dim": rest[0]}] if rest else [{"dim": options["dim"]}] if "dim" in options else []
dims = lambda found, options: not any(isinstance(value, (tuple, list)) for value in found)


def cumulative():
    calls = Calls()
    for name, torch_name in (("cumsum", torch.cumsum), ("cumprod", torch.cumprod)):
        for suffix, value, dim in (("", x, 1), ("Middle", image, 1), ("Last", image, -1), ("Zeros", zeros, 1), ("Rows", numbers(7, 3, seed=502), 0)):
            calls.add(name + suffix, name, ["$x", {"dim": dim}], lambda x, f=torch_name, d=dim: f(x, d), x=value, fixed=suffix == "Rows")
        # PyTorch's gradient of a product divides by the element: NaN at infinities, where it is a finite product of others.
        calls.add(name + "Odd", name, ["$x", {"dim": 1}], lambda x, f=torch_name, n=name: f(x if n == "cumsum" else x.detach(), 1), x=odd)
        plain = lambda found, options: options.get("dtype") is None and dims(found, options)
        calls.samples(name, name, torch_name, no_args, plain)
    calls.add("prod", "prod", ["$x", {"dim": 1}], lambda x: x.prod(1), x=x)
    calls.add("prodZeros", "prod", ["$x", {"dim": 1}], lambda x: x.prod(1), x=zeros)
    calls.add("prodKept", "prod", ["$x", {"dim": 2, "keepDim": True}], lambda x: x.prod(2, keepdim=True), x=image)
    calls.add("prodAll", "prod", ["$x"], lambda x: x.prod(), x=numbers(3, 3, seed=503))
    calls.add("prodOfOne", "prod", ["$x", {"dim": 1}], lambda x: x.prod(1), x=numbers(5, 1, seed=504))
    keep = lambda rest, options: [{"dim": (rest or [options["dim"]])[0], "keepDim": bool((rest[1:] or [options.get("keepdim", False)])[0])}] if rest or "dim" in options else []
    calls.samples("prod", "prod", torch.prod, keep, lambda found, options: options.get("dtype") is None)
    for suffix, options, own in (("", {}, {}), ("Rows", {"dim": 0}, {"dim": 0}), ("Biased", {"dim": 1, "unbiased": False}, {"dim": 1, "correction": 0}), ("Kept", {"dim": 1, "keepdim": True}, {"dim": 1, "keepDim": True})):
        calls.add(f"std{suffix}", "std", ["$x", own], lambda x, o=options: torch.std(x, **o), x=x)
    calls.add("stdOfEqual", "std", ["$x", {"dim": 1}], lambda x: x.std(1), x=given([1, 1, 1], [2, 2, 2], [1, 2, 3]))
    calls.add("stdOdd", "std", ["$x", {"dim": 1}], lambda x: x.std(1), x=given([nan, 1], [inf, 1], [1, 2]))
    return calls.cases.written


def sorting():
    calls = Calls()
    for suffix, dim, descending, value in (("", -1, False, x), ("Down", 1, True, x), ("Middle", 1, False, image), ("Odd", 1, False, odd), ("OddDown", 1, True, odd), ("Rows", 0, True, numbers(4, 3, seed=505))):
        down = {"dim": dim, "descending": descending}
        calls.add(f"sort{suffix}", "sort", ["$x", down], lambda x, o=down: torch.sort(x, stable=True, **o)[0], x=value)
        calls.add(f"sortPlaces{suffix}", "places", ["$x", down], lambda x, o=down: torch.sort(x, stable=True, **o)[1], x=value)
    top = lambda rest, options: [*rest[:1], {"dim": rest[1], "largest": rest[2]} if len(rest) > 2 else {"dim": rest[1]} if len(rest) > 1 else {}]
    for suffix, k, dim, largest, value in (("", 2, -1, True, x), ("Smallest", 3, 1, False, x), ("Middle", 1, 1, True, image), ("Odd", 3, 1, True, odd), ("OddSmallest", 3, 1, False, odd)):
        # Which of equal elements torch.topk takes is not said: a stable sort takes the first.
        first = lambda x, k=k, dim=dim, largest=largest: torch.sort(x, dim=dim, descending=largest, stable=True)[0].narrow(dim, 0, k)
        calls.add(f"topK{suffix}", "topK", ["$x", k, {"dim": dim, "largest": largest}], first, x=value)
    of_sort = lambda rest, options: [{"dim": rest[0], "descending": rest[1]} if len(rest) > 1 else {**({"dim": rest[0]} if rest else {}), **{k: v for k, v in options.items() if k in ("dim", "descending")}}]
    calls.samples("sort", "sort", lambda *a, **k: torch.sort(*a, **k)[0], of_sort)
    calls.samples("topk", "topK", lambda *a, **k: torch.topk(*a, **k)[0], top)
    for suffix, value, dim in (("", odd, 1), ("Rows", numbers(4, 3, seed=506), 0), ("Ties", zeros, 1)):
        calls.add(f"argmin{suffix}", "argmin", ["$x", {"dim": dim}], lambda x, d=dim: x.argmin(d), x=value)
    calls.add("argminAll", "argmin", ["$x"], lambda x: x.argmin(), x=numbers(4, 3, seed=507))
    return calls.cases.written


def lengths():
    calls = Calls()
    ties = given([3, -3, 1, 0], [0, 0, 0, 0], [1, 2, -4, 4], [0.5, 0, 0, 0], [-1, 2, 2, 1])
    script = {1: 1, 3: 3, 0.5: 0.5, inf: "inf", -inf: "-inf", 0: 0, 2: 2, 1.5: 1.5}
    for p, name in ((1, "One"), (3, "Three"), (0.5, "Half"), (inf, "Largest"), (-inf, "Smallest"), (0, "Count")):
        for suffix, value in (("", x), ("Ties", ties)):
            calls.add(f"norm{name}{suffix}", "norm", ["$x", {"p": script[p], "dim": 1}], lambda x, p=p: torch.norm(x, p, 1), x=value)
    calls.add("normAll", "norm", ["$x", {"p": 3, "keepDim": True}], lambda x: torch.norm(x, 3).reshape(1, 1), x=x)
    for suffix, options, value in (("", {}, x), ("One", {"p": 1}, x), ("Rows", {"dim": 0}, x), ("Zero", {}, ties), ("Eps", {"eps": 4.0}, x), ("Channels", {}, image)):
        calls.add(f"normalize{suffix}", "normalize", ["$x", options], lambda x, o=options: F.normalize(x, **o), x=value)
    calls.samples("nn.functional.normalize", "normalize", F.normalize, lambda rest, options: [{k: v for k, v in options.items() if k in ("p", "dim", "eps")}], lambda found, options: options.get("p") not in (inf,))
    y = numbers(5, 4, seed=508)
    # PyTorch's gradient does not see that a norm below eps was replaced.
    calls.add("cosineSimilarityEps", "cosineSimilarity", ["$x", "$y", {"eps": 4.0}], lambda x, y: F.cosine_similarity(x.detach(), y.detach(), eps=4.0), x=x, y=y)
    for suffix, options, values in (("", {}, (x, y)), ("Rows", {"dim": 0}, (x, y)), ("Row", {}, (x, numbers(1, 4, seed=509))), ("Zero", {}, (ties, y))):
        calls.add(f"cosineSimilarity{suffix}", "cosineSimilarity", ["$x", "$y", options], lambda x, y, o=options: F.cosine_similarity(x, y, **o), x=values[0], y=values[1])
    calls.samples("nn.functional.cosine_similarity", "cosineSimilarity", F.cosine_similarity, lambda rest, options: [options])
    other = numbers(3, 4, seed=510)
    for p in (2, 1, 3, inf, 0):
        calls.add(f"cdist{p}", "cdist", ["$x", "$y", {"p": script[p]}], lambda x, y, p=p: torch.cdist(x, y, p=float(p), compute_mode="donot_use_mm_for_euclid_dist"), x=x, y=other)
    calls.add("cdistStacks", "cdist", ["$x", "$y"], lambda x, y: torch.cdist(x, y), x=numbers(5, 2, 3, seed=511), y=numbers(5, 4, 3, seed=512))
    calls.add("cdistSelf", "cdist", ["$x", "$x"], lambda x: torch.cdist(x, x.clone()), x=numbers(4, 3, seed=513))
    calls.samples("cdist", "cdist", torch.cdist, lambda rest, options: [{"p": rest[0]}] if rest else [], lambda found, options: found[0].shape[-1] > 0, 3)
    return calls.cases.written


def cells():
    calls = Calls()
    for suffix, shifts, along, value in (("", 1, 1, x), ("Back", -6, 1, x), ("Both", [1, -1], [1, 2], image), ("Rows", 2, 0, numbers(4, 3, seed=514))):
        calls.add(f"roll{suffix}", "roll", ["$x", shifts, along], lambda x, a=(shifts, along): torch.roll(x, *a), x=value)
    calls.add("rollFlat", "roll", ["$x", 5], lambda x: torch.roll(x, 5), x=numbers(4, 3, seed=515))
    calls.samples("roll", "roll", torch.roll, lambda rest, options: [list(value) if isinstance(value, tuple) else value for value in rest])
    for suffix, times in (("", [1, 2]), ("More", [2, 1, 3]), ("Rows", [2, 1])):
        calls.add(f"repeat{suffix}", "repeat", ["$x", times], lambda x, t=times: x.repeat(*t), x=numbers(4, 3, seed=516) if suffix else x)
    calls.samples("repeat", "repeat", lambda x, t: x.repeat(t), lambda rest, options: [list(rest[0])], lambda found, options: 0 not in found[1] and len(found[1]) * found[0].numel() < 60, 3)
    calls.add("repeatInterleave", "repeatInterleave", ["$x", 2, {"dim": 1}], lambda x: x.repeat_interleave(2, 1), x=x)
    calls.add("repeatInterleaveFlat", "repeatInterleave", ["$x", 3], lambda x: x.repeat_interleave(3), x=numbers(4, 2, seed=517))
    for name, apply in (("tril", torch.tril), ("triu", torch.triu)):
        for suffix, diagonal in (("", 0), ("Above", 1), ("Below", -1)):
            calls.add(name + suffix, name, ["$x", diagonal], lambda x, f=apply, d=diagonal: f(x, d), x=odd if diagonal == 0 else image)
        calls.samples(name, name, apply, lambda rest, options: rest, most=3)
    modes = {"reflect": "reflect", "replicate": "replicate", "circular": "circular"}
    for mode in modes:
        calls.add(f"pad{mode}", "pad", ["$x", [0, 0, 2], [0, 0, 1], {"mode": mode}], lambda x, m=mode: F.pad(x, (2, 1), mode=m), x=image)
        calls.add(f"pad{mode}Image", "pad", ["$x", [0, 0, 1, 2], [0, 0, 2, 0], {"mode": mode}], lambda x, m=mode: F.pad(x, (2, 0, 1, 2), mode=m), x=numbers(2, 1, 3, 4, seed=518))
    calls.add("padValue", "pad", ["$x", [0, 1], [0, 2], {"value": 1.5}], lambda x: F.pad(x, (1, 2), value=1.5), x=x)
    pictures = numbers(5, 2, 4, 3, seed=519)
    for suffix, call, options in (("", [2], {}), ("Both", [[3, 2], {"stride": [1, 2], "padding": [1, 0]}], {"stride": (1, 2), "padding": (1, 0)}), ("Wide", [2, {"dilation": 2}], {"dilation": 2})):
        kernel = tuple(call[0]) if isinstance(call[0], list) else call[0]
        calls.add(f"unfold{suffix}", "unfold", ["$x", *call], lambda x, k=kernel, o=options: F.unfold(x, k, **o), x=pictures)
    calls.add("sliceSteps", "slice", ["$x", [1, 0], [2, 2], {"step": [2, 3]}], lambda x: x[1:4:2, 0:4:3], x=numbers(4, 4, seed=520))
    calls.add("sliceStep", "slice", ["$x", [0, 1], [3, 2], {"step": [1, 2]}], lambda x: x[:, 1:4:2], x=numbers(3, 5, seed=521))
    return calls.cases.written


def picks():
    calls = Calls()
    mask = integers([1, 0, 0, 1], [0, 0, 1, 0], [1, 1, 1, 1], [0, 0, 0, 0], [0, 1, 0, 1])
    calls.add("maskedFill", "maskedFill", ["$x", "$i", -1.5], lambda x, i: x.masked_fill(i != 0, -1.5), x=x, i=mask)
    calls.add("maskedFillOdd", "maskedFill", ["$x", "$i", 0], lambda x, i: x.masked_fill(i != 0, 0), x=odd, i=mask)
    calls.add("maskedFillTensor", "maskedFill", ["$x", "$i", "$y"], lambda x, y, i: x.masked_fill(i != 0, y), x=x, y=torch.tensor(0.75, dtype=torch.float64), i=mask)
    calls.add("indexSelect", "indexSelect", ["$x", "$i", {"dim": 1}], lambda x, i: x.index_select(1, i), x=x, i=integers(3, 0, 0))
    calls.add("indexSelectRows", "indexSelect", ["$x", "$i"], lambda x, i: x.index_select(0, i), x=numbers(4, 3, seed=522), i=integers(3, 0, 0, 1))
    calls.add("indexSelectLast", "indexSelect", ["$x", "$i", {"dim": -1}], lambda x, i: x.index_select(-1, i), x=image, i=integers(2, 1))
    calls.samples("index_select", "indexSelect", lambda x, i, d: x.index_select(d, i), lambda rest, options: [{"dim": rest[0]}], lambda found, options: found[2].dim() == 1)
    calls.add("takeAlongDim", "takeAlongDim", ["$x", "$i", {"dim": 1}], lambda x, i: x.gather(1, i), x=x, i=integers([3, 0], [1, 1], [2, 3], [0, 0], [1, 2]))
    calls.add("takeAlongDimOdd", "takeAlongDim", ["$x", "$i", {"dim": 1}], lambda x, i: x.gather(1, i), x=odd, i=integers([2, 0], [1, 3], [2, 3], [1, 1], [2, 2]))
    calls.add("takeAlongDimRows", "takeAlongDim", ["$x", "$i", {"dim": 0}], lambda x, i: x.gather(0, i), x=numbers(4, 3, seed=523), i=integers([3, 0, 1], [1, 1, 1]))
    calls.samples("gather", "takeAlongDim", lambda x, i, d: x.gather(d, i), lambda rest, options: [{"dim": rest[0]}], lambda found, options: found[0].dim() > 1)
    matrix, stack, other = numbers(4, 4, seed=524), numbers(5, 2, 3, seed=525), numbers(3, 2, seed=526)
    specs = {
        "Diagonal": ("ii->i", matrix), "Trace": ("ii", matrix), "DiagonalOfInfinities": ("ii->i", given([1, inf, nan], [inf, 2, inf], [nan, inf, 3])),
        "Blocks": ("bijij->b", numbers(3, 2, 2, 2, 2, seed=527)), "Twice": ("aab,b->ab", numbers(3, 3, 2, seed=528), numbers(2, seed=529)),
        "Dots": ("...ij,jk->...ik", stack, other), "DotsImplicit": ("...i,ij", stack, other), "DotsSummed": ("...i->i", stack),
        "DotsRepeated": ("...i,...i->...i", stack, numbers(1, 3, seed=530)), "DotsNone": ("...ij->...ji", numbers(3, 2, seed=531)),
        "DotsDepths": ("b...,...->b...", stack, numbers(2, 3, seed=532)), "DotsTurned": ("i...->...i", stack),
    }
    for name, (spec, *operands) in specs.items():
        names = "xyz"[:len(operands)]
        calls.add(f"einsum{name}", "einsum", [spec, *(f"${each}" for each in names)], lambda *o, s=spec: torch.einsum(s, *o), **dict(zip(names, operands)))
    return calls.cases.written
