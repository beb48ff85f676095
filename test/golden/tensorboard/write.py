"""Writes pytorch.tfevents, what PyTorch's SummaryWriter writes for a few values, against which test/tensorboard/pytorch.test.ts holds gradc/tensorboard.

Made by hand, not in CI: PYTHONPATH=(site-packages with tensorboard 2.x) python3 write.py, with Debian's python3-torch 1.13.
"""
import glob, os, shutil, tempfile
import numpy as np
from torch.utils.tensorboard import SummaryWriter

# PyTorch 1.13 asks for a dtype here that numpy 1.24 has no more.
greater = np.greater
np.greater = lambda a, b, dtype=None: greater(a, b)

here = os.path.dirname(os.path.abspath(__file__))
folder = tempfile.mkdtemp()
writer = SummaryWriter(folder)
for step, value in enumerate([0.5, -1e30, 0.1]):
    writer.add_scalar("loss", value, step)
histograms = {
    "zeros": np.zeros(5),
    "signs": np.array([-2.0, -1e-13, 0.0, 1e-13, 1e-12, 3.0, 3.0]),
    "limits": np.array([1e-12 * 1.1, 1.1e-12, 1e-9]),
    "waves": np.array([np.float32(((i * 7919) % 1009) / 101 - 5) for i in range(1000)], dtype=np.float64),
}
for name, values in histograms.items():
    writer.add_histogram(name, values, 3, bins="tensorflow")
writer.add_image("colour", np.arange(24, dtype=np.uint8).reshape(2, 4, 3) * 10, 4, dataformats="HWC")
writer.add_text("formulas", "ŷ = W·x", 0)
writer.add_hparams({"lr": 0.01, "optimizer": "adam"}, {"accuracy": 0.75}, run_name="run")
writer.close()
[events] = glob.glob(folder + "/events*")
[run] = glob.glob(folder + "/run/events*")
shutil.copy(events, here + "/pytorch.tfevents")
shutil.copy(run, here + "/hparams.tfevents")
