"""Inputs that nobody here chose: those of OpInfo, PyTorch's own test data, rounded to multiples of 1/64 as all others."""
import random
import sys
import types
import unittest
import torch

# The generator of expected texts, which PyTorch's tests import and the package of Debian lacks.
sys.modules.setdefault("expecttest", types.SimpleNamespace(TestCase=unittest.TestCase, ACCEPT=False))
from torch.testing._internal.common_methods_invocations import op_db  # noqa: E402


def rounded(value):
    return torch.round(value * 64) / 64 if torch.is_tensor(value) and value.dtype.is_floating_point else value


def samples(name, wanted=lambda arguments, options: True, most=6):
    """(arguments, options) of at most `most` samples of the op that have elements and that `wanted` takes."""
    torch.manual_seed(0)
    random.seed(0)
    op = next(op for op in op_db if op.name == name)
    found = []
    for sample in op.sample_inputs("cpu", torch.float64, requires_grad=False):
        arguments = [rounded(value) for value in (sample.input, *sample.args)]
        options = {key: rounded(value) for key, value in sample.kwargs.items()}
        if all(value.numel() > 0 for value in arguments if torch.is_tensor(value)) and wanted(arguments, options):
            found.append((arguments, options))
    return found[:most]
