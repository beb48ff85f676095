"""Writes the files that test/data/dataset/files.test.ts reads: with NumPy, Pillow and pyarrow (any version), beside this script.

    python3 test/golden/data/write.py
"""
import gzip
import struct
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image

here = Path(__file__).parent
values = np.arange(6).reshape(3, 2)

# Every plain type in both orders of bytes; the values are 0 to 5, of truth values whether they are odd.
types = ["b1", "u1", "i1"] + [order + each for each in ["u2", "i2", "u4", "i4", "u8", "i8", "f2", "f4", "f8"] for order in "<>"]
arrays = {("big_" if each[0] == ">" else "") + each.strip("<>"): (values % 2 if each == "b1" else values).astype(each) for each in types}
np.savez(here / "types.npz", **arrays)
np.savez_compressed(
    here / "packed.npz",
    x=np.linspace(-1, 1, 12, dtype="f4").reshape(3, 2, 2),
    name=np.array(["ä", "bc", ""]),
    code=np.array([b"x", b"yz", b"x"]),
    half=np.array([0.1, 65504, -np.inf], dtype="f2"),
)
np.save(here / "fortran.npy", np.asfortranarray(np.arange(24, dtype="f8").reshape(2, 3, 4)))
for version in [1, 2, 3]:
    with open(here / f"version{version}.npy", "wb") as file:
        np.lib.format.write_array(file, values.astype("i4"), version=(version, 0))
np.save(here / "complex.npy", values.astype("c8"))
np.save(here / "records.npy", np.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f4")]))
np.save(here / "large.npy", np.array([2**60 + 1]))

codes = {"u1": 8, "i1": 9, "i2": 11, "i4": 12, "f4": 13, "f8": 14}
for each, code in codes.items():
    head = bytes([0, 0, code, 2]) + struct.pack(">2I", 3, 2)
    (here / f"{each}.idx").write_bytes(head + values.astype(">" + each).tobytes())
pictures = np.arange(2 * 3 * 4, dtype="u1").reshape(2, 3, 4)
(here / "images.idx.gz").write_bytes(gzip.compress(bytes([0, 0, 8, 3]) + struct.pack(">3I", 2, 3, 4) + pictures.tobytes(), mtime=0))
(here / "labels.idx.gz").write_bytes(gzip.compress(bytes([0, 0, 8, 1]) + struct.pack(">I", 2) + bytes([7, 1]), mtime=0))

table = pa.table(
    {
        "whole": pa.array([1, 2, None, 4, 5], pa.int32()),
        "long": pa.array([10, 20, 30, 40, 50], pa.int64()),
        "real": pa.array([0.5, 1.5, 2.5, None, 4.5], pa.float64()),
        "single": pa.array([0.25, 1.25, 2.25, 3.25, 4.25], pa.float32()),
        "flag": pa.array([True, False, True, None, False]),
        "bean": pa.array(["arabica", "robusta", "arabica", None, "robusta"]),
        "day": pa.array([0, 1, 2, 3, 4], pa.date32()),
    }
)
pq.write_table(table, here / "snappy.parquet", row_group_size=2)
pq.write_table(table, here / "zstd.parquet", compression="zstd")
pq.write_table(pa.table({"list": [[1], [2, 3]]}), here / "list.parquet")

# Pictures of 3 by 2 pixels.
grey = np.array([[0, 50, 100], [150, 200, 255]], dtype="u1")
colour = np.stack([grey, 255 - grey, grey // 2], axis=-1)
folder = here / "pictures"
Image.fromarray(grey).save(folder / "grey/8.png")
Image.fromarray(grey.astype("u2") * 257).save(folder / "grey/16.png")
Image.fromarray(grey > 127).save(folder / "grey/1.png")
Image.fromarray(colour).save(folder / "colour/rgb.png")
Image.fromarray(np.dstack([colour, grey])).save(folder / "colour/rgba.png")
Image.fromarray(colour).convert("P", palette=Image.ADAPTIVE, colors=8).save(folder / "colour/palette.png")
