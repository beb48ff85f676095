"""Adaptive pools, upsampling, pixel shuffle and flatten."""
import torch
import torch.nn.functional as F
from cases import Cases, numbers
from samples import samples
from spatial import odd_images

signal, image, volume = numbers(5, 2, 7, seed=360), numbers(5, 2, 4, 6, seed=361), numbers(2, 1, 2, 3, 2, seed=362)


def adaptive():
    cases = Cases()
    functions = {
        "adaptiveAvgPool1d": F.adaptive_avg_pool1d, "adaptiveAvgPool2d": F.adaptive_avg_pool2d,
        "adaptiveMaxPool1d": F.adaptive_max_pool1d, "adaptiveMaxPool2d": F.adaptive_max_pool2d,
    }
    add = lambda name, kind, x, size, f32=False: cases.add(name, lambda x: functions[kind](x, size), x=x, f32=f32)
    for kind in ("adaptiveAvgPool", "adaptiveMaxPool"):
        add(f"{kind}1d", f"{kind}1d", signal, 3)
        add(f"{kind}1dWider", f"{kind}1d", signal, 9)
        add(f"{kind}2d", f"{kind}2d", image, (2, 3))
        add(f"{kind}2dUneven", f"{kind}2d", image, (3, 4))
        add(f"{kind}2dOne", f"{kind}2d", image, 1)
        add(f"{kind}2dTies", f"{kind}2d", torch.round(image / 2), (3, 5))
        add(f"{kind}2dAnywhere", f"{kind}2d", odd_images(), 2, f32=True)
        name = {"adaptiveAvgPool": "adaptive_avg_pool", "adaptiveMaxPool": "adaptive_max_pool"}[kind]
        for rank in (1, 2):
            whole = lambda given, options: given[0].dim() == rank + 2 and True not in given[2:] and (isinstance(given[1], int) or None not in given[1])
            for n, ((x, size, *_), _) in enumerate(samples(f"nn.functional.{name}{rank}d", whole, 2)):
                add(f"{kind}{rank}dSample{n}", f"{kind}{rank}d", x[:, :2], size)
    return cases.written


def resampling():
    cases = Cases()
    add = lambda name, x, f32=False, **options: cases.add(name, lambda x: F.interpolate(x, **options), x=x, f32=f32)
    add("nearest1d", signal, scale_factor=2)
    add("nearest1dFewer", signal, size=4)
    add("nearest2d", image, scale_factor=2)
    add("nearest2dUneven", image, scale_factor=(1.5, 0.7))
    add("nearest2dSize", image, size=(7, 3))
    add("nearest3d", volume, scale_factor=(2, 1, 3))
    add("nearestAnywhere", odd_images(), scale_factor=2, f32=True)
    add("bilinear", image, scale_factor=2, mode="bilinear")
    add("bilinearSize", image, size=(7, 3), mode="bilinear")
    add("bilinearUneven", image, scale_factor=(1.7, 0.6), mode="bilinear")
    add("bilinearCorners", image, scale_factor=2, mode="bilinear", align_corners=True)
    add("bilinearCornersOne", image, size=(1, 11), mode="bilinear", align_corners=True)
    add("bilinearAnywhere", odd_images(), scale_factor=2, mode="bilinear", f32=True)
    add("bilinearStaying", image, scale_factor=(2, 1.1), mode="bilinear")
    # Of an axis whose extent stays PyTorch's gradient is that of a copy, which its values are not.
    cases.add("nearestStaying", lambda x: F.interpolate(x.detach(), scale_factor=(2.5, 1.1)), x=image)
    cases.add("nearestStayingSignal", lambda x: F.interpolate(x.detach(), scale_factor=1.1), x=image[:, :, 0])
    for n, ((x,), options) in enumerate(samples("nn.functional.upsample_nearest", most=8)):
        add(f"nearestSample{n}", x[:, :1], **options)
    for n, ((x,), options) in enumerate(samples("nn.functional.upsample_bilinear")):
        add(f"bilinearSample{n}", x[:, :1], mode="bilinear", align_corners=True, **options)
    return cases.written


def shapes():
    cases = Cases()
    cases.add("pixelShuffle", lambda x: F.pixel_shuffle(x, 2), x=numbers(5, 8, 2, 3, seed=363))
    for n, ((x,), options) in enumerate(samples("nn.functional.pixel_shuffle")):
        cases.add(f"pixelShuffleSample{n}", lambda x: F.pixel_shuffle(x, **options), x=x)
    cases.add("flatten", torch.nn.Flatten(), x=image)
    cases.add("flattenMiddle", lambda x: torch.flatten(x, 1, 2), x=image)
    cases.add("flattenLast", lambda x: torch.flatten(x, -2), x=image)
    cases.add("flattenRows", lambda x: torch.flatten(x, 0, 1), x=image[:4])
    for n, ((x,), options) in enumerate(samples("flatten", lambda given, _: given[0].dim() > 1)):
        cases.add(f"flattenSample{n}", lambda x: torch.flatten(x, **options), x=x[:4])
    return cases.written
