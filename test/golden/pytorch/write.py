#!/usr/bin/env python3
"""Writes the values that PyTorch computes, which test/pytorch holds gradc against, as JSON beside this file.

Run by hand, with PyTorch 1.13:  python3 test/golden/pytorch/write.py
"""
import json
from pathlib import Path
import attention
import composed
import activations
import games
import layers
import lookups
import losses
import networks
import norms
import objectives
import ops
import opinfo
import optimizers as rules
import recurrent
import resampling
import spatial
import structure
import training

here = Path(__file__).parent
files = {
    "ops": (ops.elementwise, ops.formulas, ops.pairs, ops.powers, ops.choices, ops.reductions, ops.extremes, ops.softmaxes),
    "structure": (structure.movements, structure.products, structure.empties, structure.second),
    "layers": (layers.dense, layers.activations, layers.convolutions, layers.pools),
    "spatial": (spatial.convolutions, spatial.transposed, spatial.max_pools, spatial.avg_pools),
    "resampling": (resampling.adaptive, resampling.resampling, resampling.shapes),
    "attention": (attention.dot_products, attention.multiheads, attention.transformers),
    "composed": (composed.cumulative, composed.sorting, composed.lengths, composed.cells, composed.picks),
    "lookups": (lookups.embeddings, lookups.bags, lookups.bilinears),
    "activations": (activations.piecewise, activations.smooth, activations.settings, activations.axes, activations.learned),
    "norms": (norms.rows, norms.steps, norms.second),
    "recurrent": (recurrent.cells, recurrent.stacks, recurrent.handed, recurrent.lengths),
    "losses": (losses.regression, losses.binary, losses.entropies),
    "samples": (opinfo.nn, opinfo.objectives),
    "objectives": (
        objectives.distances, objectives.weights, objectives.classes, objectives.margins, objectives.likelihoods, objectives.embeddings,
    ),
}


def lines(value, depth):
    """JSON with a line for each case, so that a changed value is a changed line."""
    if depth == 0:
        return json.dumps(value, separators=(",", ":"))
    return "{\n" + ",\n".join(f"{json.dumps(key)}: {lines(part, depth - 1)}" for key, part in value.items()) + "\n}"


for name, groups in files.items():
    (here / f"{name}.json").write_text(lines({group.__name__: group() for group in groups}, 2) + "\n")
(here / "networks.json").write_text(lines(networks.runs(), 1) + "\n")
(here / "games.json").write_text(lines(games.runs(), 1) + "\n")
optimizers = training.optimizers()
(here / "training.json").write_text(lines({**optimizers, "runs": optimizers["runs"]}, 1).replace('},"', '},\n"') + "\n")
(here / "optimizers.json").write_text(lines({"optimizers": rules.optimizers(), "schedules": rules.schedules(), "plateaus": rules.plateaus()}, 2) + "\n")
