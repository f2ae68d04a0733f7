"""The nets that `loops.py` compares: the data of each, its spec, and the same in PyTorch as a user writes it."""

import dataclasses
import typing

import numpy
import torch
from torch import nn

CLASSES = 10


@dataclasses.dataclass
class Net:
    """`trunk` is what stands behind `x` in the spec, `width` how many features it gives, and `build` makes the same module. Rows are arrays of
    `shape`, or, without one, texts of 20 to 200 letters."""

    name: str
    tasks: int
    batch: int
    trunk: str
    width: int
    build: typing.Callable[[], nn.Module]
    shape: tuple | None = None
    blocks: str = ""


def mlp(width, tasks, batch=256):
    return Net(
        f"MLP 784-{width}-{width}", tasks, batch, f"dense({width}) -> relu -> dense({width}) -> relu", width,
        lambda: nn.Sequential(nn.Linear(784, width), nn.ReLU(), nn.Linear(width, width), nn.ReLU()), (784,),
    )


def two_layers():
    return Net("100-50 net", 2, 64, "dense(50) -> relu", 50, lambda: nn.Sequential(nn.Linear(100, 50), nn.ReLU()), (100,))


def cnn():
    trunk = "conv2d(32, kernel: 3) -> relu -> max_pool(2) -> conv2d(64, kernel: 3) -> relu -> max_pool(2) -> conv2d(64, kernel: 3) -> relu -> flatten"
    return Net("CNN on 32×32", 2, 64, trunk, 1024, lambda: nn.Sequential(
        nn.Conv2d(3, 32, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(64, 64, 3), nn.ReLU(), nn.Flatten(),
    ), (3, 32, 32))


class Residual(nn.Module):
    def __init__(self, before, channels):
        super().__init__()
        stride = 1 if before == channels else 2
        self.way = nn.Sequential(
            nn.Conv2d(before, channels, 3, stride, 1, bias=False), nn.BatchNorm2d(channels), nn.ReLU(),
            nn.Conv2d(channels, channels, 3, 1, 1, bias=False), nn.BatchNorm2d(channels),
        )
        self.side = nn.Identity() if stride == 1 else nn.Sequential(
            nn.Conv2d(before, channels, 1, stride, bias=False), nn.BatchNorm2d(channels)
        )

    def forward(self, x):
        return torch.relu(self.way(x) + self.side(x))


def resnet18():
    blocks = """
block same(channels: int) {
  way = in -> conv2d(channels, kernel: 3, padding: same, bias: false) -> batch_norm -> relu
           -> conv2d(channels, kernel: 3, padding: same, bias: false) -> batch_norm
  out: (in + way) -> relu
}

block down(channels: int) {
  way = in -> conv2d(channels, kernel: 3, stride: 2, padding: same, bias: false) -> batch_norm -> relu
           -> conv2d(channels, kernel: 3, padding: same, bias: false) -> batch_norm
  side = in -> conv2d(channels, kernel: 1, stride: 2, bias: false) -> batch_norm
  out: (side + way) -> relu
}
"""
    stages = " -> ".join(f"down({channels}) -> same({channels})" for channels in [128, 256, 512])
    stem = "conv2d(64, kernel: 7, stride: 2, padding: same, bias: false) -> batch_norm -> relu -> max_pool(2)"
    trunk = f"{stem} -> same(64) -> same(64) -> {stages} -> global_avg_pool"
    return Net("resnet18 on 64×64", 2, 32, trunk, 512, lambda: nn.Sequential(
        nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64), nn.ReLU(), nn.MaxPool2d(2),
        Residual(64, 64), Residual(64, 64), Residual(64, 128), Residual(128, 128), Residual(128, 256), Residual(256, 256),
        Residual(256, 512), Residual(512, 512), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
    ), (3, 64, 64), blocks)


def twice(before, channels):
    return nn.Sequential(nn.Conv2d(before, channels, 3, 1, 1), nn.ReLU(), nn.Conv2d(channels, channels, 3, 1, 1), nn.ReLU())


class UNet(nn.Module):
    """Four levels of 16, 32, 64 and 128 channels, and a mean of each channel behind them."""

    def __init__(self):
        super().__init__()
        self.down = nn.ModuleList([twice(3, 16), twice(16, 32), twice(32, 64), twice(64, 128)])
        self.larger = nn.ModuleList([nn.ConvTranspose2d(2 * width, width, 2, 2) for width in [64, 32, 16]])
        self.up = nn.ModuleList([twice(2 * width, width) for width in [64, 32, 16]])

    def forward(self, x):
        levels = []
        for level in self.down:
            x = level(x if not levels else nn.functional.max_pool2d(x, 2))
            levels.append(x)
        for larger, up, beside in zip(self.larger, self.up, levels[-2::-1]):
            x = up(torch.cat([beside, larger(x)], 1))
        return x.mean((2, 3))


def unet():
    blocks = """
block twice(channels: int) {
  out: in -> conv2d(channels, kernel: 3, padding: same) -> relu -> conv2d(channels, kernel: 3, padding: same) -> relu
}

block unet {
  first = in -> twice(16)
  second = first -> max_pool(2) -> twice(32)
  third = second -> max_pool(2) -> twice(64)
  lowest = third -> max_pool(2) -> twice(128)
  up_third = concat(third, lowest -> conv_transpose2d(64)) -> twice(64)
  up_second = concat(second, up_third -> conv_transpose2d(32)) -> twice(32)
  out: concat(first, up_second -> conv_transpose2d(16)) -> twice(16)
}
"""
    return Net("U-Net on 64×64", 2, 16, "unet -> global_avg_pool", 16, UNet, (3, 64, 64), blocks)


# What stands for the letters of texts: one number each, and 0 behind the end.
LETTERS = "abcdefghijklmnopqrstuvwxyz "


def padded(texts, longest=200):
    """`[rows, longest of them]` numbers of letters, and how many each row has."""
    lengths = torch.tensor([len(text) for text in texts])
    rows = torch.zeros(len(texts), int(lengths.max()), dtype=torch.int64)
    for row, text in zip(rows, texts):
        row[: len(text)] = torch.tensor([1 + LETTERS.index(letter) for letter in text])
    return rows, lengths


def mean_of_places(x, lengths):
    own = torch.arange(x.shape[1])[None, :, None] < lengths[:, None, None]
    return (x * own).sum(1) / lengths[:, None]


class Transformer(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(1 + len(LETTERS), 128)
        layer = nn.TransformerEncoderLayer(128, 4, 512, 0.0, "gelu", batch_first=True, norm_first=True)
        self.layers = nn.TransformerEncoder(layer, 4, enable_nested_tensor=False)
        place, wave = torch.arange(200)[:, None], torch.arange(64)[None]
        angles = place / 10_000 ** (2 * wave / 128)
        self.register_buffer("places", torch.stack([angles.sin(), angles.cos()], 2).reshape(200, 128))

    def forward(self, given):
        rows, lengths = given
        x = self.embed(rows) + self.places[: rows.shape[1]]
        return mean_of_places(self.layers(x, src_key_padding_mask=rows == 0), lengths)


def transformer():
    blocks = """
block encoder {
  seen = in + (in -> layer_norm -> attention(heads: 4))
  out: seen + (seen -> layer_norm -> dense(512) -> gelu -> dense(128))
}
"""
    trunk = "positions -> repeat(4) { encoder } -> mean_pool"
    return Net("transformer, 4 layers of 128", 2, 32, trunk, 128, Transformer, None, blocks)


class FeatureTokens(nn.Module):
    def __init__(self, numbers, width):
        super().__init__()
        bound = width**-0.5
        drawn = lambda *shape: nn.Parameter(torch.empty(*shape).uniform_(-bound, bound))
        self.weight, self.bias, self.summary = drawn(numbers, width), drawn(numbers, width), drawn(1, 1, width)

    def forward(self, x):
        return torch.cat([x[:, :, None] * self.weight + self.bias, self.summary.expand(len(x), 1, -1)], 1)


class FtTransformer(nn.Module):
    def __init__(self):
        super().__init__()
        layer = nn.TransformerEncoderLayer(192, 8, 256, 0.0, "relu", batch_first=True, norm_first=True)
        layers = nn.TransformerEncoder(layer, 3, nn.LayerNorm(192), enable_nested_tensor=False)
        self.all = nn.Sequential(FeatureTokens(20, 192), layers)

    def forward(self, x):
        return self.all(x)[:, -1]


def ft_transformer():
    blocks = """
block encoder {
  seen = in + (in -> layer_norm -> attention(heads: 8))
  out: seen + (seen -> layer_norm -> dense(256) -> relu -> dense(192))
}
"""
    trunk = "feature_tokens(192) -> repeat(3) { encoder } -> layer_norm -> last_pool"
    return Net("FT-Transformer, 20 columns", 2, 256, trunk, 192, FtTransformer, (20,), blocks)


class BiLstm(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(1 + len(LETTERS), 128)
        self.lstm = nn.LSTM(128, 128, batch_first=True, bidirectional=True)

    def forward(self, given):
        rows, lengths = given
        packed = nn.utils.rnn.pack_padded_sequence(self.embed(rows), lengths, True, False)
        x, _ = nn.utils.rnn.pad_packed_sequence(self.lstm(packed)[0], True)
        return mean_of_places(x, lengths)


def bilstm():
    return Net("bidirectional LSTM of 128", 2, 32, "lstm(128, bidirectional: true) -> mean_pool", 256, BiLstm)


def nets(width):
    return [
        two_layers(), mlp(width, 2), mlp(width, 16), mlp(width, 100), mlp(width, 2, 4096), cnn(), resnet18(), unet(), transformer(), bilstm(), ft_transformer(),
    ]
