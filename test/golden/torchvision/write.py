"""Writes the golden files of gradc/augment with torchvision 0.14.1 (Debian 12's python3-torchvision): `/usr/bin/python3 write.py`.

A result is a hash where the bytes are to be equal, and the bytes where a level may differ by one.
"""
import base64
import hashlib
import json
import pathlib

import torch
import torchvision.transforms.functional as F
from torchvision.transforms import autoaugment
from torchvision.transforms.functional import InterpolationMode

from cases import GROUPS
from images import IMAGES

HERE = pathlib.Path(__file__).parent
MODES = {"nearest": InterpolationMode.NEAREST, "bilinear": InterpolationMode.BILINEAR}


def sampling(options):
    known = {name: options[name] for name in ("expand", "center") if name in options}
    fill = options.get("fill")
    return {**known, "interpolation": MODES[options.get("interpolation", "nearest")], "fill": fill if fill is None or isinstance(fill, list) else [float(fill)]}


def erase(image, top, left, height, width, value):
    levels = torch.tensor(value if isinstance(value, list) else [value])[:, None, None]
    return F.erase(image, top, left, height, width, levels)


def shear(image, name, magnitude, options):
    return autoaugment._apply_op(image, name, magnitude, sampling(options)["interpolation"], sampling(options)["fill"])


CALLS = {
    "hflip": lambda image, options: F.hflip(image),
    "vflip": lambda image, options: F.vflip(image),
    "crop": lambda image, options, *args: F.crop(image, *args),
    "centerCrop": lambda image, options, size: F.center_crop(image, size),
    "erase": lambda image, options, *args: erase(image, *args),
    "pad": lambda image, options, padding: F.pad(image, padding, options.get("fill", 0), options.get("mode", "constant")),
    "resize": lambda image, options, size: F.resize(image, size, MODES[options.get("interpolation", "bilinear")], antialias=options.get("antialias", False)),
    "rotate": lambda image, options, degrees: F.rotate(image, degrees, **sampling(options)),
    "affine": lambda image, options, *args: F.affine(image, *args, **sampling(options)),
    "translate": lambda image, options, dx, dy: F.affine(image, 0, [dx, dy], 1, [0, 0], **sampling(options)),
    "shearX": lambda image, options, magnitude: shear(image, "ShearX", magnitude, options),
    "shearY": lambda image, options, magnitude: shear(image, "ShearY", magnitude, options),
    "invert": lambda image, options: F.invert(image),
    "autocontrast": lambda image, options: F.autocontrast(image),
    "equalize": lambda image, options: F.equalize(image),
    "grayscale": lambda image, options: F.rgb_to_grayscale(image),
    "solarize": lambda image, options, threshold: F.solarize(image, threshold),
    "posterize": lambda image, options, bits: F.posterize(image, bits),
    "adjustBrightness": lambda image, options, factor: F.adjust_brightness(image, factor),
    "adjustContrast": lambda image, options, factor: F.adjust_contrast(image, factor),
    "adjustSaturation": lambda image, options, factor: F.adjust_saturation(image, factor),
    "adjustSharpness": lambda image, options, factor: F.adjust_sharpness(image, factor),
    "adjustHue": lambda image, options, factor: F.adjust_hue(image, factor),
    "adjustGamma": lambda image, options, gamma: F.adjust_gamma(image, gamma),
    "gaussianBlur": lambda image, options, kernel: F.gaussian_blur(image, kernel, options.get("sigma")),
    "apply": lambda image, options, name, magnitude: shear(image, name, magnitude, options),
}


def nearly(name, options):
    """Whether levels may differ by one: what is weighed and rounded."""
    usual = "bilinear" if name == "resize" else "nearest"
    return name == "gaussianBlur" or options.get("interpolation", usual) == "bilinear"


def bytes_of(image):
    return image.permute(1, 2, 0).contiguous().numpy().tobytes()


def result_of(image, isNear):
    data = bytes_of(image)
    channels, height, width = image.shape
    content = {"bytes": base64.b64encode(data).decode()} if isNear else {"hash": hashlib.sha256(data).hexdigest()[:16]}
    return {"shape": [height, width, channels], **content}


def write(name, content):
    lines = ",\n".join(json.dumps(each, separators=(",", ":")) for each in content)
    (HERE / f"{name}.json").write_text(f"[\n{lines}\n]\n")


def write_calls():
    for group, cases in GROUPS.items():
        write(group, [{"call": case, **result_of(CALLS[case[0]](IMAGES[case[1]], case[3], *case[2]), nearly(case[0], case[3]))} for case in cases()])


def sub_policy(image, steps, space, sign):
    for op, _, bin in steps:
        values, signed = space[op]
        magnitude = float(values[bin].item()) if bin is not None else 0.0
        image = autoaugment._apply_op(image, op, sign * magnitude if signed else magnitude, InterpolationMode.NEAREST, None)
    return image


def write_policies():
    """All sub-policies with both signs, each op applied whatever its probability."""
    found = []
    for policy in autoaugment.AutoAugmentPolicy:
        augment = autoaugment.AutoAugment(policy)
        for at, steps in enumerate(augment.policies):
            for image in ("colour", "grey", "square"):
                space = augment._augmentation_space(10, IMAGES[image].shape[1:])
                hashes = [result_of(sub_policy(IMAGES[image], steps, space, sign), False)["hash"] for sign in (1, -1)]
                found.append({"policy": policy.value, "at": at, "steps": steps, "image": image, "hashes": hashes})
    write("policies", found)


def write_spaces():
    spaces = [
        ("autoAugment", lambda height, width, bins: autoaugment.AutoAugment()._augmentation_space(bins, (height, width)), [10, 5, 31]),
        ("randAugment", lambda height, width, bins: autoaugment.RandAugment()._augmentation_space(bins, (height, width)), [31, 10, 16]),
        ("trivialAugmentWide", lambda height, width, bins: autoaugment.TrivialAugmentWide()._augmentation_space(bins), [31, 7]),
    ]
    found = []
    for name, space, counts in spaces:
        for height, width, bins in [(28, 28, counts[0])] + [(32, 45, count) for count in counts]:
            ops = {op: [values.tolist() if values.ndim else [0], signed] for op, (values, signed) in space(height, width, bins).items()}
            found.append({"space": name, "height": height, "width": width, "bins": bins, "ops": ops})
    write("spaces", found)


def write_floats():
    means = [None, [[0.5], [0.25]], [[0.485, 0.456, 0.406], [0.229, 0.224, 0.225]]]
    found = []
    for image, at in (("colour", 0), ("grey", 0), ("colour", 1), ("grey", 1), ("colour", 2), ("alpha", 1)):
        values = F.convert_image_dtype(IMAGES[image], torch.float32)
        values = F.normalize(values, *means[at]) if means[at] else values
        found.append({"image": image, "args": means[at], "hash": hashlib.sha256(values.numpy().tobytes()).hexdigest()[:16]})
    write("floats", found)


if __name__ == "__main__":
    write_calls()
    write_policies()
    write_spaces()
    write_floats()
