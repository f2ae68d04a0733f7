"""What PyTorch computes for layers of sequences, pictures and clips: values, and gradients of inputs and weights, in 64 bits.

    pip install torch==2.9.0
    python scripts/layers_reference.py > tests/golden/layers.json

Inputs, weights and cotangents are functions of their places, which the test computes as well. Rows of different lengths are computed one by one, each without
its padding; norms over the batch see the real places alone. Of a row only its real places are written down.
"""

import json

import torch
import torch.nn.functional as F

TIME_LAST = {3: (0, 2, 1), 5: (0, 2, 1, 3, 4)}


def even(shape, key):
    """Numbers between -1 and 1."""
    count = 1
    for size in shape:
        count *= size
    places = torch.arange(count, dtype=torch.int64)
    drawn = ((places * 2654435761 + key * 1013904223 + 12345) % 2**32).double() / 2**31 - 1
    return drawn.reshape(shape)


def turned(x):
    """Time behind channels, as PyTorch has it, or back."""
    return x.permute(TIME_LAST[x.dim()]) if x.dim() in TIME_LAST else x


def padding(given, extent, stride=None):
    if given == "same":
        return (extent - 1) // 2 if stride is None else (extent - stride) // 2
    return 0 if given == "valid" else given


def taps(args, name, along):
    """A size of frames, height and width, or of one axis."""
    place = args.get(name, DEFAULTS[name])
    if along != 3:
        return [place] * along
    time = {"kernel": "frames", "stride": "time_stride", "dilation": "time_dilation"}[name]
    return [args.get(time, DEFAULTS[name]), place, place]


DEFAULTS = {"kernel": 3, "stride": 1, "dilation": 1}


def convolution(along, transposed):
    def run(x, weights, args):
        kernel, stride, dilation = [taps(args, name, along) for name in ("kernel", "stride", "dilation")]
        given, groups = args.get("padding", "valid"), args.get("groups", 1)
        extents = [d * (k - 1) + 1 for d, k in zip(dilation, kernel)]
        bias = weights[1] if len(weights) > 1 else None
        x = turned(x)
        if transposed:
            margins = [padding(given, extent, step) for extent, step in zip(extents, stride)]
            of = [F.conv_transpose1d, F.conv_transpose2d, F.conv_transpose3d][along - 1]
            return turned(of(x, weights[0], bias, stride, margins, 0, groups, dilation))
        if given == "causal":
            x, given = F.pad(x, (extents[0] - 1, 0)), 0
        margins = [padding(given, extent) for extent in extents]
        if along == 1 and x.shape[2] + 2 * margins[0] < extents[0]:
            return x.new_zeros([1, 0, args["channels"]])
        return turned([F.conv1d, F.conv2d, F.conv3d][along - 1](x, weights[0], bias, stride, margins, dilation, groups))

    def shapes(inputs, args):
        channels, groups = args["channels"], args.get("groups", 1)
        ends = [inputs, channels // groups] if transposed else [channels, inputs // groups]
        return [ends + taps(args, "kernel", along), [channels]]

    return run, shapes


def pool(name):
    def run(x, weights, args):
        x = turned(x)
        along = x.dim() - 2
        kernel = [args["kernel"]] * along
        stride = [args.get("stride", args["kernel"])] * along
        if along == 3:
            kernel[0] = args.get("frames", args["kernel"])
            stride[0] = args.get("time_stride", kernel[0])
        margins = [padding(args.get("padding", "valid"), size) for size in kernel]
        if along == 1 and x.shape[2] + 2 * margins[0] < kernel[0]:
            return x.new_zeros([1, 0, x.shape[1]])
        more = {"count_include_pad": False} if name == "avg_pool" else {}
        return turned(getattr(F, f"{name}{along}d")(x, kernel, stride, margins, **more))

    return run, lambda inputs, args: []


def adaptive(name):
    def run(x, weights, args):
        x = turned(x)
        size = args["size"]
        sizes = [[size], [size, args.get("width", size)], [args.get("frames", size), size, args.get("width", size)]]
        return turned(getattr(F, f"{name}{x.dim() - 2}d")(x, sizes[x.dim() - 3]))

    return run, lambda inputs, args: []


def upsample(x, weights, args):
    x, method = turned(x), args.get("method", "nearest")
    corners = {} if method == "nearest" else {"align_corners": False}
    return turned(F.interpolate(x, scale_factor=args["factor"], mode=method, **corners))


def group_norm(x, weights, args):
    return turned(F.group_norm(turned(x), args.get("groups", x.shape[-1] if x.dim() == 3 else x.shape[-3]), *weights))


def batch_norm(rows, weights):
    """Over the real places of all rows together."""
    if rows[0].dim() == 4:
        return list(F.batch_norm(torch.cat(rows), None, None, *weights, training=True).split([len(row) for row in rows]))
    if rows[0].dim() == 2:
        return batch_norm([row[:, :, None, None] for row in rows], weights)
    return list(F.batch_norm(torch.stack(rows), None, None, *weights, training=True))


def of_channels(inputs, args):
    return [[inputs], [inputs]]


def spatial_softmax(x, weights, args):
    shares = x.flatten(2).softmax(2).reshape(x.shape)
    down, across = (torch.linspace(-1, 1, size).double() for size in x.shape[2:])
    return torch.stack([shares.sum(2) @ across, shares.sum(3) @ down], 2).flatten(1)


LAYERS = {
    "max_pool": pool("max_pool"),
    "avg_pool": pool("avg_pool"),
    "adaptive_max_pool": adaptive("adaptive_max_pool"),
    "adaptive_avg_pool": adaptive("adaptive_avg_pool"),
    "spatial_softmax": (spatial_softmax, lambda inputs, args: []),
    "upsample": (upsample, lambda inputs, args: []),
    "group_norm": (group_norm, of_channels),
    "instance_norm": (group_norm, of_channels),
    "batch_norm": (None, of_channels),
    "conv1d": convolution(1, False),
    "conv2d": convolution(2, False),
    "conv3d": convolution(3, False),
    "conv_transpose1d": convolution(1, True),
    "conv_transpose2d": convolution(2, True),
    "conv_transpose3d": convolution(3, True),
}

SERIES, PICTURES, CLIPS = [2, 9, 4], [2, 4, 7, 5], [2, 5, 4, 3, 4]
LENGTHS = [3, 9]
# Layer, arguments as a spec has them, the input's shape, and how long its rows are along time if they differ.
CASES = [
    ("conv1d", {"channels": 6, "groups": 2, "padding": "same", "dilation": 2}, SERIES, None),
    ("conv1d", {"channels": 4, "groups": 4, "padding": 2, "kernel": 4, "stride": 2}, SERIES, None),
    ("conv1d", {"channels": 8, "groups": 4, "padding": "causal", "kernel": 3, "stride": 2, "dilation": 2}, SERIES, LENGTHS),
    ("conv1d", {"channels": 2, "groups": 2, "kernel": 3, "dilation": 3}, SERIES, [2, 9]),
    ("conv2d", {"channels": 4, "groups": 2, "padding": 1, "kernel": 4, "stride": 3, "dilation": 2}, PICTURES, None),
    ("conv3d", {"channels": 4, "groups": 2, "padding": "same", "frames": 3, "dilation": 2, "time_stride": 2}, CLIPS, None),
    ("conv3d", {"channels": 4, "groups": 4, "padding": 2, "frames": 2, "kernel": 2, "time_dilation": 3, "stride": 2}, CLIPS, None),
    ("conv3d", {"channels": 2, "padding": "same", "frames": 3, "time_dilation": 2}, CLIPS, [2, 5]),
    ("conv_transpose1d", {"channels": 3, "kernel": 3, "stride": 2}, SERIES, None),
    ("conv_transpose1d", {"channels": 6, "groups": 2, "kernel": 4, "stride": 2, "padding": "same"}, SERIES, LENGTHS),
    ("conv_transpose1d", {"channels": 4, "groups": 4, "kernel": 3, "stride": 3, "dilation": 2, "padding": 2}, SERIES, LENGTHS),
    ("conv_transpose1d", {"channels": 2, "kernel": 1, "stride": 2}, SERIES, LENGTHS),
    ("conv_transpose2d", {"channels": 4, "groups": 2, "kernel": 3, "stride": 2, "dilation": 2, "padding": 1}, PICTURES, None),
    ("conv_transpose2d", {"channels": 8, "groups": 4, "kernel": 2, "stride": 3, "dilation": 3}, PICTURES, None),
    ("conv_transpose3d", {"channels": 3, "kernel": 2, "frames": 3, "stride": 2, "time_stride": 2}, CLIPS, None),
    ("conv_transpose3d", {"channels": 4, "groups": 2, "kernel": 4, "frames": 4, "stride": 2, "time_stride": 2, "padding": "same"}, CLIPS, [2, 5]),
    ("conv_transpose3d", {"channels": 4, "groups": 4, "kernel": 3, "frames": 2, "stride": 1, "time_stride": 3, "dilation": 2, "time_dilation": 2, "padding": 1}, CLIPS, [1, 5]),
    ("max_pool", {"kernel": 3, "stride": 2, "padding": "same"}, SERIES, LENGTHS),
    ("max_pool", {"kernel": 4, "stride": 3, "padding": 2}, SERIES, [2, 9]),
    ("max_pool", {"kernel": 3, "stride": 2, "padding": 1}, PICTURES, None),
    ("max_pool", {"kernel": 2, "frames": 3, "time_stride": 2, "stride": 1, "padding": 1}, CLIPS, [2, 5]),
    ("max_pool", {"kernel": 2, "frames": 1}, CLIPS, None),
    ("avg_pool", {"kernel": 3, "stride": 2, "padding": "same"}, SERIES, LENGTHS),
    ("avg_pool", {"kernel": 4, "stride": 1, "padding": 2}, SERIES, [3, 9]),
    ("avg_pool", {"kernel": 3, "stride": 2, "padding": 1}, PICTURES, None),
    ("avg_pool", {"kernel": 2, "frames": 3, "time_stride": 2, "stride": 1, "padding": 1}, CLIPS, [3, 5]),
    ("avg_pool", {"kernel": 2, "frames": 1}, CLIPS, None),
    ("adaptive_max_pool", {"size": 4}, SERIES, LENGTHS),
    ("adaptive_max_pool", {"size": 3, "width": 2}, PICTURES, None),
    ("adaptive_max_pool", {"size": 2, "width": 3, "frames": 3}, CLIPS, [2, 5]),
    ("adaptive_avg_pool", {"size": 4}, SERIES, LENGTHS),
    ("adaptive_avg_pool", {"size": 3, "width": 2}, PICTURES, None),
    ("adaptive_avg_pool", {"size": 2, "width": 3, "frames": 3}, CLIPS, [2, 5]),
    ("spatial_softmax", {}, PICTURES, None),
    ("upsample", {"factor": 3}, SERIES, LENGTHS),
    ("upsample", {"factor": 3, "method": "linear"}, SERIES, LENGTHS),
    ("upsample", {"factor": 2, "method": "bilinear"}, PICTURES, None),
    ("group_norm", {"groups": 2}, SERIES, LENGTHS),
    ("group_norm", {"groups": 2}, CLIPS, [2, 5]),
    ("group_norm", {"groups": 4}, CLIPS, None),
    ("instance_norm", {}, SERIES, LENGTHS),
    ("instance_norm", {}, CLIPS, None),
    ("batch_norm", {}, SERIES, LENGTHS),
    ("batch_norm", {}, SERIES, None),
    ("batch_norm", {}, CLIPS, [2, 5]),
    ("batch_norm", {}, CLIPS, None),
    ("batch_norm", {}, PICTURES, None),
]


def rounded(values):
    """Of many numbers every third, which the file has room for."""
    values = values.detach().flatten()
    return [round(float(value), 4) for value in (values if len(values) <= 60 else values[::3])]


def case(name, args, shape, lengths):
    run, shapes = LAYERS[name]
    inputs = shape[-1] if len(shape) == 3 else shape[-3]
    x = even(shape, 1).requires_grad_()
    weights = [even(own, 2 + place).requires_grad_() for place, own in enumerate(shapes(inputs, args))]
    rows = [x[row : row + 1, :length] for row, length in enumerate(lengths or [None] * shape[0])]
    outputs = [run(row, weights, args)[0] for row in rows] if run else batch_norm([row[0] for row in rows], weights)
    outputs = [output[:, :, 0, 0] if name == "batch_norm" and len(shape) == 3 else output for output in outputs]
    longest = [max(output.shape[axis] for output in outputs) for axis in range(outputs[0].dim())]
    cotangent = even([len(outputs)] + longest, 9)
    total = sum((output * own[tuple(slice(size) for size in output.shape)]).sum() for output, own in zip(outputs, cotangent))
    total.backward()
    return {
        "layer": name,
        "arguments": args,
        "shape": shape,
        "lengths": lengths or [],
        "outputs": [rounded(output) for output in outputs],
        "longest": longest,
        "input": rounded(x.grad),
        "weights": [rounded(weight.grad) for weight in weights],
    }


if __name__ == "__main__":
    print('{\n  "torch": ' + json.dumps(torch.__version__) + ',\n  "cases": [')
    print(",\n".join("    " + json.dumps(case(*given)) for given in CASES))
    print("  ]\n}")
