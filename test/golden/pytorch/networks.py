"""Whole networks: losses, parameters and states after each of 20 steps, on other rows in each, and what they predict then."""
import torch
from torch import nn
from cases import numbers, write_tensor

steps = 20
turned = lambda name, value: value.t().contiguous() if value.dim() == 2 else value


class Block(nn.Module):
    """A transformer's encoder layer over sequences, of which the mean is taken."""

    def __init__(self):
        super().__init__()
        self.into = nn.Linear(2, 4)
        self.block = nn.TransformerEncoderLayer(4, 2, dim_feedforward=6, dropout=0.0, batch_first=True)
        self.norm = nn.LayerNorm(4)
        self.out = nn.Linear(4, 1)

    def forward(self, x):
        mask = torch.ones(x.shape[1], x.shape[1]).triu(1).bool()
        return self.out(self.norm(self.block(self.into(x), src_mask=mask)).mean(1))


def train(network, optimizer, *shape, **options):
    network = network.double().train()
    for i, (name, value) in enumerate(network.named_parameters()):
        norm = "norm" in name or name.startswith("1.")
        value.data = numbers(*value.shape, seed=320 + i) / 4 + (1 if norm and name.endswith("weight") else 0)
    state = lambda: {key: turned(key, value.detach().double().clone()) for key, value in network.state_dict().items()}
    start = state()
    rule = optimizer(network.parameters(), **options)
    losses, trajectory, x = [], [], numbers(steps, *shape, seed=340)
    y = numbers(steps, shape[0], 1, seed=341)
    for step in range(steps):
        rule.zero_grad()
        loss = nn.functional.mse_loss(network(x[step]), y[step])
        loss.backward()
        rule.step()
        losses.append(loss)
        trajectory.append(torch.cat([value.reshape(-1) for value in state().values()]))
    with torch.no_grad():
        predicted = network.eval()(x[0])
    return {
        "x": write_tensor(x), "y": write_tensor(y), "start": {key: write_tensor(value) for key, value in start.items()},
        "losses": write_tensor(torch.stack(losses)), "trajectory": write_tensor(torch.stack(trajectory)), "predicted": write_tensor(predicted),
    }


def runs():
    mlp = lambda bias=True: nn.Sequential(nn.Linear(3, 4, bias=bias), nn.BatchNorm1d(4), nn.ReLU(), nn.Linear(4, 1))
    return {
        "batchNorm": train(mlp(), torch.optim.SGD, 6, 3, lr=0.0625, momentum=0.5),
        "batchNormAdam": train(mlp(bias=False), torch.optim.Adam, 6, 3, lr=0.03125),
        "transformer": train(Block(), torch.optim.SGD, 4, 3, 2, lr=0.015625),
        "transformerAdam": train(Block(), torch.optim.Adam, 4, 3, 2, lr=0.015625, eps=0.015625),
    }
