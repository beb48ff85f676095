"""The calls of gradc/augment that are held against torchvision, each as [function, image, arguments, options]."""

GEOMETRY = ["colour", "grey", "alpha"]
COLOURS = ["colour", "grey", "dim"]


def each(images, name, *args, **options):
    return [[name, image, list(args), options] for image in images]


def flips_and_crops():
    for name in ("hflip", "vflip"):
        yield from each(GEOMETRY, name)
    for args in ([2, 3, 5, 7], [-2, -3, 9, 8], [8, 9, 20, 20], [40, 50, 3, 4], [-4, 2, 40, 3], [0, 0, 1, 1]):
        yield from each(GEOMETRY, "crop", *args)
    for size in (4, 5, [6, 3], [30, 5], [7, 40], 50, [13, 17], 29):
        yield from each(GEOMETRY, "centerCrop", size)
    for args in ([1, 2, 3, 4, 0], [4, 1, 50, 2, 200], [0, 0, 2, 2, 127.9]):
        yield from each(GEOMETRY, "erase", *args)
    yield from each(["colour"], "erase", 3, 4, 5, 6, [10, 20, 30])


def pads():
    for padding in ([1, 2, 3, 4], [0, 0, 0, 0], [4, 0, 3, 0], [-1, 2, 0, -2], [2, -1, -2, 3], [-2, -1, -1, -1]):
        for mode in ("constant", "edge", "reflect", "symmetric"):
            yield from each(GEOMETRY, "pad", padding, mode=mode)
    yield from each(GEOMETRY, "pad", [2, 1, 0, 3], fill=99)
    yield from each(GEOMETRY, "pad", [12, 9, 12, 7], mode="edge")
    yield from each(["colour", "grey"], "pad", [16, 12, 15, 11], mode="reflect")
    yield from each(["colour", "grey"], "pad", [17, 13, 1, 13], mode="symmetric")


def resizes():
    for size in ([20, 9], [32, 32], [5, 40], [13, 17], [28, 28], [1, 1], [3, 4], [26, 34], [14, 14]):
        yield from each(GEOMETRY, "resize", size, interpolation="nearest")
        yield from each(GEOMETRY, "resize", size)
        yield from each(GEOMETRY, "resize", size, antialias=True)


def motions():
    for degrees in (0, 15, -15, 30, 45, 90, 180, -270, 133.7, 360, 1e-3):
        for interpolation in ("nearest", "bilinear"):
            yield from each(GEOMETRY, "rotate", degrees, interpolation=interpolation)
    for degrees in (10, 45, 90, -60, 180):
        for interpolation in ("nearest", "bilinear"):
            yield from each(GEOMETRY, "rotate", degrees, interpolation=interpolation, expand=True)
            yield from each(GEOMETRY, "rotate", degrees, interpolation=interpolation, center=[3, 4], fill=130.5)
    yield from each(["colour"], "rotate", 25, expand=True, fill=[255, 0, 128], interpolation="bilinear")
    yield from each(["colour"], "rotate", 25, expand=True, center=[0, 0], fill=[255, 0, 128])
    yield from each(GEOMETRY, "rotate", 20, fill=0, interpolation="bilinear")
    moves = ([0, [0, 0], 1, [0, 0]], [30, [2, -3], 1.5, [10, 0]], [-75, [0.5, 1.25], 0.7, [-20, 15]], [0, [-5, 4], 1, [0, 0]], [10, [0, 0], 0.1, [0, 40]])
    for args in moves:
        for interpolation in ("nearest", "bilinear"):
            yield from each(GEOMETRY, "affine", *args, interpolation=interpolation)
            yield from each(GEOMETRY, "affine", *args, interpolation=interpolation, fill=40)
    for args in ([3, -2], [-16, 0], [0, 30], [0, 0]):
        yield from each(GEOMETRY, "translate", *args)
    for name in ("shearX", "shearY"):
        for magnitude in (0.3, -0.3, 0.99, 0, 1):
            for interpolation in ("nearest", "bilinear"):
                yield from each(GEOMETRY, name, magnitude, interpolation=interpolation)
                yield from each(GEOMETRY, name, magnitude, interpolation=interpolation, fill=200)


def levels():
    for name in ("invert", "autocontrast", "equalize", "grayscale"):
        yield from each(COLOURS, name)
    for threshold in (0, 128, 255, 99.5, 28.333333):
        yield from each(COLOURS, "solarize", threshold)
    for bits in range(9):
        yield from each(COLOURS, "posterize", bits)
    for name in ("adjustBrightness", "adjustContrast", "adjustSaturation", "adjustSharpness"):
        for factor in (0, 0.1, 0.5, 0.99, 1, 1.3, 1.9, 4):
            yield from each(COLOURS, name, factor)
    for factor in (-0.5, -0.3, -0.1, 0, 0.05, 0.25, 0.5):
        yield from each(COLOURS, "adjustHue", factor)
    for gamma in (0, 0.4, 0.5, 1, 1.7, 2, 2.2, 3):
        yield from each(COLOURS, "adjustGamma", gamma)
    for kernel in (1, 3, [5, 3], 7, [3, 9]):
        yield from each(GEOMETRY[:2] + ["dim"], "gaussianBlur", kernel)
        yield from each(GEOMETRY[:2] + ["dim"], "gaussianBlur", kernel, sigma=1.5)
    yield from each(["colour"], "gaussianBlur", 5, sigma=[0.3, 4])


def ops():
    magnitudes = {
        "Brightness": [-1, -0.45, 0.9], "Color": [-0.9, 0.3], "Contrast": [-0.7, 0.8], "Sharpness": [-0.9, 0.6], "Rotate": [-30, 23.333334],
        "TranslateX": [4.9, -4.9], "TranslateY": [7.0, -0.99], "ShearX": [0.1, -0.2333], "ShearY": [0.99, -0.99], "Posterize": [4, 2.9],
        "Solarize": [56.7, 255], "AutoContrast": [0], "Equalize": [0], "Invert": [0], "Identity": [0],
    }
    for name, values in magnitudes.items():
        for magnitude in values:
            yield from each(["colour", "grey"], "apply", name, magnitude)
    for name in ("Rotate", "ShearX", "TranslateY"):
        yield from each(["colour", "grey"], "apply", name, magnitudes[name][0], interpolation="bilinear", fill=10)


GROUPS = {"crops": flips_and_crops, "pads": pads, "sizes": resizes, "motions": motions, "levels": levels, "ops": ops}
