"""nn.embedding, nn.embeddingBag, nn.bilinear."""
import torch
import torch.nn.functional as F
from cases import Cases, inf, integers, nan, numbers
from samples import samples

table = {"parameters": ("weight",)}


def embeddings():
    cases = Cases()
    weight = numbers(4, 3, seed=220)
    look = lambda **options: lambda i, weight: F.embedding(i, weight, **options)
    cases.add("embedding", look(), i=integers(0, 3, 3, 1, 0), weight=weight, **table)
    cases.add("embeddingPairs", look(), i=integers([0, 3], [3, 3], [1, 0], [2, 2], [1, 1]), weight=weight, **table)
    cases.add("embeddingPadded", look(padding_idx=1), i=integers([0, 3], [3, 3], [1, 0], [2, 2], [1, 1]), weight=weight, **table)
    cases.add("embeddingPaddedEnd", look(padding_idx=-1), i=integers(0, 3, 3, 1, 0), weight=weight, **table)
    odd = weight.clone()
    odd[0, 0], odd[1, 1], odd[3, 2] = nan, inf, -0.0
    cases.add("embeddingAnywhere", look(padding_idx=1), i=integers(0, 1, 3, 1, 0), weight=odd, f32=True, **table)
    plain = lambda given, options: not {"max_norm", "scale_grad_by_freq", "sparse"} & set(options)
    for n, ((given, i), options) in enumerate(samples("nn.functional.embedding", plain)):
        cases.add(f"embeddingSample{n}", look(**options), i=i, weight=given, **table)
    return cases.written


def bags():
    cases = Cases()
    weight = numbers(5, 3, seed=221)
    weight[2] = weight[4]
    i = integers([0, 3, 1], [3, 3, 3], [1, 1, 1], [2, 4, 2], [1, 0, 1])
    for mode in ("mean", "sum", "max"):
        look = lambda mode=mode, **options: lambda i, weight: F.embedding_bag(i, weight, mode=mode, **options)
        cases.add(f"{mode}Bag", look(), i=i, weight=weight, **table)
        cases.add(f"{mode}BagPadded", look(padding_idx=1), i=i, weight=weight, **table)
        known = lambda given, options: options.get("mode") == mode and options.get("per_sample_weights") is None and given[1].dim() == 2 and not {"max_norm", "scale_grad_by_freq", "sparse"} & set(options)
        for n, ((given, index), options) in enumerate(samples("nn.functional.embedding_bag", known, 2)):
            cases.add(f"{mode}BagSample{n}", look(padding_idx=options.get("padding_idx")), i=index, weight=given, **table)
    return cases.written


def bilinears():
    cases = Cases()
    both = {"parameters": ("weight", "bias")}
    x, y = numbers(5, 3, seed=222), numbers(5, 2, seed=223)
    cases.add("bilinear", F.bilinear, x=x, y=y, weight=numbers(4, 3, 2, seed=224), bias=numbers(4, seed=225), **both)
    cases.add("bilinearSelf", lambda x, weight: F.bilinear(x, x, weight), x=x, weight=numbers(1, 3, 3, seed=226), **table)
    wanted = lambda given, options: given[0].shape[-1] == 3
    for n, (given, _) in enumerate(samples("nn.functional.bilinear", wanted)):
        named = dict(zip(("x", "y", "weight", "bias"), given))
        cases.add(f"bilinearSample{n}", F.bilinear, parameters=("weight", "bias")[: len(given) - 2], **named)
    return cases.written
