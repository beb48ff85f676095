"""Convolutions, transposed convolutions and pools along one, two and three axes."""
import torch
import torch.nn.functional as F
from cases import Cases, inf, nan, numbers
from samples import samples

forth = {1: F.conv1d, 2: F.conv2d, 3: F.conv3d}
back = {1: F.conv_transpose1d, 2: F.conv_transpose2d, 3: F.conv_transpose3d}


def add_convolution(cases, name, function, image, weight, bias=True, channels=None, **options):
    tensors = {"weight": weight}
    if bias:
        tensors["bias"] = numbers(channels or weight.shape[0], seed=300)
    cases.add(name, lambda x, weight, bias=None: function(x, weight, bias, **options), x=image, parameters=tuple(tensors), **tensors)


def add_samples(cases, name, op, function, rank):
    """Samples with rows whose padding has a number or is "same", and which are small."""
    small = lambda given, options: given[0].dim() == rank + 2 and options.get("padding") != "valid" and function(*given, **options).numel() < 400
    for n, ((x, weight, bias), options) in enumerate(samples(op, small)):
        tensors = {"weight": weight, **({} if bias is None else {"bias": bias})}
        cases.add(f"{name}Sample{n}", lambda x, weight, bias=None: function(x, weight, bias, **options), x=x, parameters=tuple(tensors), **tensors)


def convolutions():
    cases = Cases()
    signal, volume = numbers(5, 4, 9, seed=301), numbers(5, 2, 4, 3, 4, seed=302)
    image = numbers(5, 2, 5, 4, seed=303)
    add_convolution(cases, "conv1d", forth[1], signal, numbers(3, 4, 3, seed=304))
    add_convolution(cases, "conv1dPlain", forth[1], signal, numbers(2, 4, 1, seed=305), bias=False)
    add_convolution(cases, "conv1dAll", forth[1], signal, numbers(4, 2, 2, seed=306), stride=2, padding=3, dilation=3, groups=2)
    add_convolution(cases, "conv1dSame", forth[1], signal, numbers(2, 4, 4, seed=307), padding="same")
    add_convolution(cases, "conv2dSame", forth[2], image, numbers(2, 2, 2, 3, seed=308), padding="same", dilation=(3, 1))
    add_convolution(cases, "conv3d", forth[3], volume, numbers(3, 2, 2, 2, 2, seed=309))
    add_convolution(cases, "conv3dAll", forth[3], volume, numbers(2, 1, 2, 1, 3, seed=310), stride=(2, 1, 3), padding=(1, 0, 2), dilation=(2, 1, 2), groups=2)
    add_convolution(cases, "conv3dSame", forth[3], numbers(1, 1, 3, 3, 3, seed=311), numbers(1, 1, 2, 3, 1, seed=312), padding="same")
    add_samples(cases, "conv1d", "nn.functional.conv1d", forth[1], 1)
    add_samples(cases, "conv2d", "nn.functional.conv2d", forth[2], 2)
    return cases.written


def transposed():
    cases = Cases()
    signal, image, volume = numbers(5, 4, 4, seed=320), numbers(5, 2, 3, 2, seed=321), numbers(2, 2, 2, 3, 2, seed=322)
    add_convolution(cases, "convTranspose1d", back[1], signal, numbers(4, 3, 3, seed=323), channels=3)
    add_convolution(cases, "convTranspose1dStride", back[1], signal, numbers(4, 2, 2, seed=324), channels=2, stride=2)
    add_convolution(cases, "convTranspose1dSparse", back[1], signal, numbers(4, 2, 2, seed=325), bias=False, stride=3)
    add_convolution(cases, "convTranspose1dMore", back[1], signal, numbers(4, 1, 3, seed=326), channels=1, stride=2, padding=1, output_padding=1)
    add_convolution(cases, "convTranspose1dBeyond", back[1], signal, numbers(4, 1, 2, seed=327), channels=1, dilation=3, output_padding=2)
    add_convolution(cases, "convTranspose1dGroups", back[1], signal, numbers(4, 3, 3, seed=328), channels=6, groups=2, padding=2)
    add_convolution(cases, "convTranspose2d", back[2], image, numbers(2, 3, 2, 3, seed=329), channels=3)
    add_convolution(cases, "convTranspose2dAll", back[2], image, numbers(2, 2, 3, 2, seed=330), channels=4, stride=(2, 3), padding=(1, 2), output_padding=(1, 2), dilation=(1, 2), groups=2)
    add_convolution(cases, "convTranspose2dDepthwise", back[2], image, numbers(2, 1, 2, 2, seed=331), bias=False, stride=2, groups=2)
    add_convolution(cases, "convTranspose3d", back[3], volume, numbers(2, 2, 2, 1, 2, seed=332), channels=2, stride=(1, 2, 1), padding=(1, 0, 0), output_padding=(0, 1, 0))
    for rank in (1, 2, 3):
        add_samples(cases, f"convTranspose{rank}d", f"nn.functional.conv_transpose{rank}d", back[rank], rank)
    return cases.written


def odd_images():
    """One NaN a window, and none of -infinity alone: PyTorch goes on to the last NaN, and never to the padding."""
    odd = numbers(5, 1, 4, 4, seed=340).reshape(5, 16).clone()
    odd[0, 5], odd[1, 3], odd[2, ::3], odd[3, 10] = nan, inf, -inf, nan
    return odd.reshape(5, 1, 4, 4)


def max_pools():
    cases = Cases()
    functions = {1: F.max_pool1d, 2: F.max_pool2d, 3: F.max_pool3d}
    add = lambda name, rank, x, kernel, f32=False, **options: cases.add(name, lambda x: functions[rank](x, kernel, **options), x=x, f32=f32)
    signal, image, volume = numbers(5, 2, 9, seed=341), numbers(5, 1, 6, 5, seed=342), numbers(2, 1, 3, 4, 5, seed=343)
    ties = torch.round(volume / 2)
    add("maxPool1d", 1, signal, 2)
    add("maxPool1dAll", 1, signal, 3, stride=2, padding=1, dilation=2)
    add("maxPool1dCeil", 1, signal, 2, ceil_mode=True)
    add("maxPool1dCeilSparse", 1, signal, 2, stride=4, padding=1, ceil_mode=True)
    add("maxPool2dDilated", 2, image, 2, stride=1, dilation=(3, 2))
    add("maxPool2dCeil", 2, image, (4, 3), stride=(3, 2), padding=(2, 1), ceil_mode=True)
    add("maxPool2dCeilAnywhere", 2, odd_images(), 3, stride=2, ceil_mode=True, f32=True)
    add("maxPool3d", 3, volume, 2)
    add("maxPool3dTies", 3, ties, (2, 3, 2), stride=1, padding=(1, 0, 1))
    add("maxPool3dCeil", 3, volume, 2, ceil_mode=True)
    for rank in (1, 2, 3):
        known = lambda given, options: given[0].dim() == rank + 2 and not options["return_indices"] and given[0].numel() < 100
        found = samples(f"nn.functional.max_pool{rank}d", known, 60)[:: 7][:6]
        for n, ((x,), options) in enumerate(found):
            cases.add(f"maxPool{rank}dSample{n}", lambda x: functions[rank](x, **options), x=x)
    return cases.written


def avg_pools():
    cases = Cases()
    functions = {1: F.avg_pool1d, 2: F.avg_pool2d, 3: F.avg_pool3d}
    add = lambda name, rank, x, *given, f32=False, **options: cases.add(name, lambda x: functions[rank](x, *given, **options), x=x, f32=f32)
    signal, image, volume = numbers(5, 2, 9, seed=344), numbers(5, 1, 6, 5, seed=345), numbers(2, 1, 3, 4, 5, seed=346)
    add("avgPool1d", 1, signal, 3)
    add("avgPool1dPadded", 1, signal, 3, stride=2, padding=1)
    add("avgPool2d", 2, image, 2)
    add("avgPool2dPadded", 2, image, (3, 2), stride=(2, 1), padding=(1, 0), count_include_pad=False)
    add("avgPool2dCeil", 2, image, (4, 3), stride=3, padding=(2, 1), ceil_mode=True)
    add("avgPool2dCeilInside", 2, image, (4, 3), stride=3, padding=(2, 1), ceil_mode=True, count_include_pad=False)
    add("avgPool2dAnywhere", 2, odd_images(), 2, stride=1, f32=True)
    add("avgPool3d", 3, volume, 2)
    add("avgPool3dAll", 3, volume, (2, 3, 2), stride=(2, 2, 3), padding=1, ceil_mode=True)
    for rank in (1, 2, 3):
        override = lambda given, options: given[6:7] not in ([], [None]) or options.get("divisor_override") is not None
        known = lambda given, options: given[0].dim() == rank + 2 and not override(given, options) and given[0].numel() < 300
        for n, ((x, *given), options) in enumerate(samples(f"nn.functional.avg_pool{rank}d", known)):
            add(f"avgPool{rank}dSample{n}", rank, x, *given, **options)
    return cases.written
