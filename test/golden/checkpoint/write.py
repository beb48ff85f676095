#!/usr/bin/env python3
"""Writes files of PyTorch beside this one: modules with what they compute, tensors of all kinds, and rounded floats.

Run by hand, with PyTorch 1.13 (and safetensors 0.4 or later for `tensors.safetensors`):  python3 test/golden/checkpoint/write.py
"""
import json
import struct
import sys
from collections import OrderedDict
from pathlib import Path
import torch
from torch import nn

here = Path(__file__).parent
torch.manual_seed(1)
numbers = lambda *shape: torch.randint(-128, 128, shape) / 64


class Cnn(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 2, 3)
        self.norm = nn.BatchNorm2d(2)
        self.out = nn.Linear(18, 3)

    def forward(self, x):
        return self.out(torch.relu(self.norm(self.conv(x))).flatten(1))


class Recurrent(nn.Module):
    def __init__(self, kind, **options):
        super().__init__()
        self.rec = kind(3, 2, batch_first=True, **options)

    def forward(self, x):
        return self.rec(x)[0]


class Attention(nn.Module):
    def __init__(self, **widths):
        super().__init__()
        self.att = nn.MultiheadAttention(4, 2, batch_first=True, **widths)

    def forward(self, x):
        return self.att(x, x, x)[0]


class Cross(nn.Module):
    def __init__(self):
        super().__init__()
        self.att = nn.MultiheadAttention(4, 2, kdim=3, vdim=2, batch_first=True)

    def forward(self, x):
        return self.att(x, x[..., :3], x[..., 2:])[0]


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.enc = nn.TransformerEncoderLayer(4, 2, dim_feedforward=6, batch_first=True)

    def forward(self, x):
        return self.enc(x)


class Words(nn.Module):
    def __init__(self):
        super().__init__()
        self.words = nn.Embedding(4, 4)
        self.norm = nn.LayerNorm([3, 4])

    def forward(self, x):
        return self.norm(self.words(x.long()))


class Bilinear(nn.Module):
    def __init__(self):
        super().__init__()
        self.bi = nn.Bilinear(2, 3, 2)
        self.slope = nn.PReLU()

    def forward(self, x):
        return self.slope(self.bi(x[:, :2], x[:, 2:]))


class Up(nn.Module):
    def __init__(self):
        super().__init__()
        self.up = nn.ConvTranspose1d(2, 3, 2)
        self.norm = nn.GroupNorm(3, 3)

    def forward(self, x):
        return self.norm(self.up(x))


modules = {
    "mlp": (nn.Sequential(nn.Linear(3, 3), nn.Tanh(), nn.Linear(3, 2)), (2, 3)),
    "cnn": (Cnn(), (2, 1, 5, 5)),
    "lstm": (Recurrent(nn.LSTM, num_layers=2, bidirectional=True), (2, 4, 3)),
    "gru": (Recurrent(nn.GRU), (2, 4, 3)),
    "rnn": (Recurrent(nn.RNN, bias=False), (2, 4, 3)),
    "attention": (Attention(), (2, 3, 4)),
    "cross": (Cross(), (2, 3, 4)),
    "encoder": (Encoder(), (2, 3, 4)),
    "words": (Words(), None),
    "bilinear": (Bilinear(), (2, 5)),
    "up": (Up(), (2, 2, 4)),
}


def values():
    made = {}
    for name, (module, shape) in modules.items():
        x = torch.tensor([[0, 1, 2], [3, 3, 0]]) if shape is None else numbers(*shape)
        if name == "cnn":
            module(numbers(4, 1, 5, 5))
        module.eval()
        torch.save(module.state_dict(), here / f"{name}.pt")
        y = module.double()(x if shape is None else x.double())
        made[name] = {"x": x.flatten().tolist(), "y": y.detach().flatten().tolist()}
    return made


def tensors():
    whole = torch.arange(12).reshape(3, 4)
    w = whole.float()
    kinds = ["float64", "float32", "float16", "bfloat16", "int64", "int32", "int16", "int8", "uint8", "bool", "complex64"]
    views = {"transposed": w.t(), "part": w[1:, ::2], "repeated": w[0, :1].expand(3), "empty": torch.zeros(0, 3), "scalar": torch.tensor(2.5), "tied": w}
    everything = OrderedDict(epoch=3, rate=0.5, done=True, note="näme", none=None, big=2**70, kinds={kind: whole.to(getattr(torch, kind)) for kind in kinds})
    everything["views"] = views
    everything["list"] = [nn.Parameter(w), (w + 1, [2, 3])]
    for protocol in (2, 3, 4, 5):
        torch.save(everything, here / f"tensors{protocol}.pt", pickle_protocol=protocol)
    torch.save({"w": w}, here / "legacy.pt", _use_new_zipfile_serialization=False)
    torch.save(nn.Linear(1, 1), here / "module.pt")
    return kinds


def floats():
    """f32 as bits, and the nearest f16 and bf16 as bits."""
    near = [1.0, 1 + 2**-11, 1 + 3 * 2**-11, 1 + 2**-8, 1 + 3 * 2**-8, 65504.0, 65519.99, 65520.0, 1e10, 6e-8, 2.98e-8, 2.99e-8, 3e-8, 6.1e-5, 6.09e-5, 3.4e38, 3.3961775e38, 1e-40, 1e-45, 0.0, float("inf"), 0.1, 3.14159]
    values = torch.tensor(near + [-value for value in near] + numbers(40).exp().tolist() + (numbers(40) * 2.0**-15).tolist() + (numbers(20) * 1e-38).tolist())
    code = lambda tensor: [int(value) & 0xFFFF for value in tensor.view(torch.int16)]
    return {"f32": [int(value) for value in values.view(torch.int32)], "f16": code(values.half()), "bf16": code(values.bfloat16())}


golden = {"modules": values(), "kinds": tensors(), "floats": floats()}
(here / "values.json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")

try:
    import safetensors.torch

    w = torch.arange(6.0).reshape(2, 3)
    half = {"half": w.half(), "bfloat": w.bfloat16(), "long": w.long(), "bool": w > 2, "double": w.double(), "byte": w.byte(), "scalar": torch.tensor(2.5)}
    safetensors.torch.save_file(half, here / "tensors.safetensors", {"made": "by safetensors"})
except ImportError:
    print("tensors.safetensors is not written: safetensors is not installed", file=sys.stderr)
