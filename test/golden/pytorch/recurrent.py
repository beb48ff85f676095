"""nn.rnn, nn.gru and nn.lstm: output, hn and cn side by side, by row. Their matrices are [out, in] in PyTorch."""
import torch
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence, pad_packed_sequence
from cases import Cases, integers, numbers

functions = {"rnn": torch.rnn_tanh, "relu": torch.rnn_relu, "gru": torch.gru, "lstm": torch.lstm}
gates = {"rnn": 1, "relu": 1, "gru": 3, "lstm": 4}


def parameters_of(kind, inputs, hidden, layers, directions, bias, seed):
    """By PyTorch's names, in its order."""
    made = {}
    for layer in range(layers):
        for suffix in ["", "_reverse"][:directions]:
            width = inputs if layer == 0 else hidden * directions
            shapes = {"weight_ih": (gates[kind] * hidden, width), "weight_hh": (gates[kind] * hidden, hidden)}
            if bias:
                shapes |= {"bias_ih": (gates[kind] * hidden,), "bias_hh": (gates[kind] * hidden,)}
            for name, shape in shapes.items():
                made[f"{name}_l{layer}{suffix}"] = numbers(*shape, seed=seed + len(made)) / 2
    return made


def add(cases, name, kind, seed, layers=1, directions=1, bias=True, states=False, lengths=None, steps=4):
    inputs, hidden, rows = 3, 2, 5
    weights = parameters_of(kind, inputs, hidden, layers, directions, bias, seed)
    given = {"x": numbers(rows, steps, inputs, seed=seed + 40)}
    if states:
        given["y"] = numbers(rows, layers * directions, hidden, seed=seed + 41)
        if kind == "lstm":
            given["z"] = numbers(rows, layers * directions, hidden, seed=seed + 42)
    if lengths is not None:
        given["i"] = integers(*lengths)

    def function(*tensors):
        operands = dict(zip(given, tensors))
        flat = list(tensors[len(given):])
        zeros = torch.zeros(rows, layers * directions, hidden, dtype=torch.float64)
        start = [operands.get(key, zeros).transpose(0, 1) for key in ("yz" if kind == "lstm" else "y")]
        state = tuple(start) if kind == "lstm" else start[0]
        if lengths is None:
            output, *last = functions[kind](operands["x"], state, flat, bias, layers, 0.0, False, directions == 2, True)
        else:
            packed = pack_padded_sequence(operands["x"], lengths, batch_first=True, enforce_sorted=False)
            order = packed.sorted_indices
            sort = lambda s: s.index_select(1, order)
            state = tuple(sort(s) for s in start) if kind == "lstm" else sort(start[0])
            data, *last = functions[kind](packed.data, packed.batch_sizes, state, flat, bias, layers, 0.0, False, directions == 2)
            output, _ = pad_packed_sequence(PackedSequence(data, packed.batch_sizes, order, packed.unsorted_indices), batch_first=True, total_length=steps)
            last = [s.index_select(1, packed.unsorted_indices) for s in last]
        return torch.cat([output.reshape(rows, -1), *(s.transpose(0, 1).reshape(rows, -1) for s in last)], 1)

    transposed = tuple(key for key in weights if key.startswith("weight"))
    cases.add(name, function, parameters=tuple(weights), transposed=transposed, **given, **weights)


def cells():
    cases = Cases()
    for n, kind in enumerate(functions):
        add(cases, kind, kind, 600 + 100 * n)
        add(cases, f"{kind}Plain", kind, 610 + 100 * n, bias=False, steps=3)
        add(cases, f"{kind}States", kind, 620 + 100 * n, states=True)
    return cases.written


def stacks():
    cases = Cases()
    for n, kind in enumerate(functions):
        add(cases, f"{kind}Layers", kind, 1000 + 100 * n, layers=2, states=True)
        add(cases, f"{kind}Both", kind, 1020 + 100 * n, directions=2)
        # Drawn from 1040 on, one gradient is the rest of terms so large that f32 rounds it away.
        add(cases, f"{kind}LayersBoth", kind, 1045 + 100 * n, layers=2, directions=2, states=True, steps=3)
    return cases.written


def handed():
    """One layer over two sequences, of which the second starts with what the first ended with, as an encoder hands its state to a decoder."""
    cases = Cases()
    for n, kind in enumerate(functions):
        weights = parameters_of(kind, 2, 2, 1, 1, True, 1700 + 20 * n)

        def function(x, y, *flat, kind=kind):
            zeros = torch.zeros(1, 5, 2, dtype=torch.float64)
            run = lambda of, state: functions[kind](of, state, list(flat), True, 1, 0.0, False, False, True)
            _, *last = run(x, (zeros, zeros) if kind == "lstm" else zeros)
            output, *_ = run(y, tuple(last) if kind == "lstm" else last[0])
            return output.reshape(5, -1)

        transposed = tuple(key for key in weights if key.startswith("weight"))
        inputs = {"x": numbers(5, 3, 2, seed=1710 + 20 * n), "y": numbers(5, 2, 2, seed=1711 + 20 * n)}
        cases.add(f"{kind}Handed", function, parameters=tuple(weights), transposed=transposed, **inputs, **weights)
    return cases.written


def lengths():
    cases = Cases()
    for n, kind in enumerate(functions):
        add(cases, f"{kind}Lengths", kind, 1400 + 100 * n, lengths=[4, 1, 3, 2, 4], states=True)
        add(cases, f"{kind}LengthsBoth", kind, 1430 + 100 * n, lengths=[2, 4, 1, 3, 3], layers=2, directions=2)
    return cases.written
