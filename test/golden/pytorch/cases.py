"""Cases of one function: inputs, the output, and the gradient of sum(output * weights) with respect to each f32 input.

Inputs are multiples of 1/64, which f32 holds exactly, so that f64 values are those that an f32 computation approaches.
Axes of 5 elements that stand first are those of rows: the tests make them dynamic.
"""
import math
import torch

inf, nan = math.inf, math.nan


def numbers(*shape, seed=1, low=-2.0, high=2.0):
    """Multiples of 1/64 in [low, high), by the linear congruential generator of Numerical Recipes."""
    count = math.prod(shape)
    values = []
    state = seed * 7919
    for _ in range(count):
        state = (state * 1664525 + 1013904223) % 2**32
        values.append(math.floor((low + (high - low) * state / 2**32) * 64) / 64)
    return torch.tensor(values, dtype=torch.float64).reshape(shape)


def given(*rows):
    return torch.tensor(rows, dtype=torch.float64)


def integers(*rows):
    return torch.tensor(rows, dtype=torch.int64)


def projection(shape):
    """The weights of the loss: none is 0, so that a gradient of NaN or infinity is not hidden."""
    return torch.tensor([((i * 7) % 11 - 4.5) / 4 for i in range(math.prod(shape))], dtype=torch.float64).reshape(shape)


def write_number(value):
    if isinstance(value, int):
        return value
    if math.isnan(value):
        return "nan"
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    if value == 0 and math.copysign(1, value) < 0:
        return "-0"
    return int(value) if value == int(value) and abs(value) < 1e15 else value


def write_tensor(tensor):
    """`{ shape, data }`; numbers that JSON lacks are strings. 9 digits are all that f32 has; of f64, 13 are kept."""
    digits = 9 if tensor.dtype == torch.float32 else 13
    data = [float(f"{value:.{digits}g}") for value in tensor.detach().reshape(-1).tolist()]
    result = {"shape": list(tensor.shape), "data": [write_number(value) for value in data]}
    if not tensor.dtype.is_floating_point:
        result["dtype"] = "i32"
        result["data"] = [int(value) for value in data]
    return result


class Cases:
    """Collects cases by name in the order of declaration."""

    def __init__(self):
        self.written = {}

    def add(self, name, function, *, f32=False, parameters=(), transposed=(), **inputs):
        """`f32`: computed in f32, for values that overflow there or round away. `transposed` parameters are [out, in] in PyTorch."""
        assert name not in self.written, name
        dtype = torch.float32 if f32 else torch.float64
        tensors = {
            key: value.to(dtype).requires_grad_() if value.dtype.is_floating_point else value for key, value in inputs.items()
        }
        output = function(*tensors.values())
        record = {"precision": "f32" if f32 else "f64"}
        wanted = {key: value for key, value in tensors.items() if value.requires_grad}
        gradients = {}
        if output.requires_grad:
            weights = projection(output.shape).to(dtype)
            found = torch.autograd.grad(output, list(wanted.values()), weights, allow_unused=True)
            gradients = {key: gradient for key, gradient in zip(wanted, found) if gradient is not None}
        turned = lambda key, value: value.t().contiguous() if key in transposed else value
        write = lambda tensors: {key: write_tensor(turned(key, value)) for key, value in tensors.items()}
        record["inputs"] = write({key: value for key, value in tensors.items() if key not in parameters})
        if parameters:
            record["parameters"] = write({key: tensors[key] for key in parameters})
        record["output"] = write_tensor(output)
        record["gradients"] = write(gradients)
        self.written[name] = record
