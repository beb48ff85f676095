"""Inputs that PyTorch's own tests take (`sample_inputs` of its OpInfo), rounded to multiples of 1/64: no one here chose them.

A case keeps the settings in gradc's words, so that a test needs none of its own.
"""
import random
import sys
import types
import torch
from cases import Cases

# PyTorch's tests import it for snapshots, which are not used here.
sys.modules.setdefault("expecttest", types.SimpleNamespace(ACCEPT=False, TestCase=object))

activations = "leaky_relu elu celu selu hardtanh relu6 hardsigmoid hardswish logsigmoid silu mish softsign tanhshrink gelu glu log_softmax softplus".split()
losses = {
    "smooth_l1_loss": "smoothL1", "huber_loss": "huber", "nll_loss": "nll", "binary_cross_entropy": "bce",
    "binary_cross_entropy_with_logits": "bceWithLogits", "soft_margin_loss": "softMargin", "multi_margin_loss": "multiMargin", "kl_div": "kl",
    "poisson_nll_loss": "poissonNll", "gaussian_nll_loss": "gaussianNll", "margin_ranking_loss": "marginRanking",
    "cosine_embedding_loss": "cosineEmbedding", "triplet_margin_loss": "tripletMargin",
}
most = 4
# PyTorch does not differentiate by the target.
fixed = {"soft_margin_loss"}
# What must be above 0, or has no gradient in PyTorch there.
positive = {"binary_cross_entropy", "kl_div", "gaussian_nll_loss", "poisson_nll_loss"}


def camel(name):
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def rounded(name, value):
    if not value.dtype.is_floating_point:
        return value
    value = torch.round(value * 64) / 64
    if name in positive:
        value = value.abs().clamp(min=1 / 64)
    return value.clamp(max=63 / 64) if name == "binary_cross_entropy" else value


def settings_of(sample):
    """The settings as gradc is given them: an axis by name, weights as lists."""
    named = {camel(key): value.tolist() if isinstance(value, torch.Tensor) else value for key, value in sample.kwargs.items()}
    axes = [arg for arg in sample.args if isinstance(arg, int)]
    return {**({"dim": axes[0]} if axes else {}), **{key: value for key, value in named.items() if value is not None}}


def fits(name, sample):
    """Small, with bounds in their order, which `hardtanh` insists on here, and with an axis of rows beside that of classes."""
    low, high = sample.kwargs.get("min_val", -1), sample.kwargs.get("max_val", 1)
    if name == "multi_margin_loss" and sample.input.dim() < 2:
        return False
    return 1 < sample.input.numel() <= 60 and low < high


def chosen(name, op):
    """A few samples, no two of which have the same settings."""
    seen = {}
    torch.manual_seed(0)
    random.seed(0)
    for sample in op.sample_inputs("cpu", torch.float64):
        if fits(name, sample):
            seen.setdefault(repr(settings_of(sample)), sample)
    return list(seen.values())[:most]


def cases_of(names):
    from torch.testing._internal.common_methods_invocations import op_db

    cases = Cases()
    ops = {op.name.replace("nn.functional.", ""): op for op in op_db if op.variant_test_name == ""}
    for name, own in names.items():
        for i, sample in enumerate(chosen(name, ops[name])):
            tensors = [sample.input, *(arg for arg in sample.args if isinstance(arg, torch.Tensor))]
            rest = [arg for arg in sample.args if not isinstance(arg, torch.Tensor)]
            operands = {key: rounded(name, value.detach()) for key, value in zip("xyz", tensors)}
            kept = lambda xs: [xs[0], *(x.detach() for x in xs[1:])] if name in fixed else xs
            cases.add(f"{own}{i}", lambda *xs: ops[name].op(*kept(xs), *rest, **sample.kwargs), **operands)
            cases.written[f"{own}{i}"] = {"function": own, "settings": settings_of(sample), **cases.written[f"{own}{i}"]}
    return cases.written


def nn():
    return cases_of({name: camel(name) for name in activations})


def objectives():
    return cases_of(losses)
