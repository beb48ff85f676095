"""The images of the golden files; test/augment/images.ts makes the same ones."""
import torch


def noise():
    state = 1
    while True:
        state = (state * 1664525 + 1013904223) % 2**32
        yield state >> 24


def image(height, width, channels, level):
    random = noise()
    pixels = [level(y, x, c, next(random)) for y in range(height) for x in range(width) for c in range(channels)]
    return torch.tensor(pixels, dtype=torch.uint8).reshape(height, width, channels).permute(2, 0, 1).contiguous()


IMAGES = {
    # Slopes that wrap around, with noise.
    "colour": image(13, 17, 3, lambda y, x, c, r: (9 * x + 14 * y + 60 * c + r // 4) % 256),
    # A bright disc.
    "grey": image(28, 28, 1, lambda y, x, c, r: 190 + r // 4 if (x - 14) ** 2 + (y - 12) ** 2 < 60 else r // 16),
    # Few levels, and in one channel one.
    "dim": image(9, 10, 3, lambda y, x, c, r: 77 if c == 2 else 90 + r // 8),
    "alpha": image(11, 12, 4, lambda y, x, c, r: r),
    "square": image(32, 32, 3, lambda y, x, c, r: (5 * x + 3 * y * c + r // 2) % 256),
}
