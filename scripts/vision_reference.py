"""What torchvision, timm and transformers say of pictures with networks of made-up weights: names and shapes of tensors, and the features behind the trunk.

    pip install torch==2.9.0 torchvision==0.24.0 timm transformers safetensors
    python scripts/vision_reference.py > tests/train/vision.json

Weights and pictures are functions of their places, which the test computes as well, so that none has to be kept.
"""

import json
import sys
import tempfile

import torch
import timm
import torchvision
from safetensors.torch import load_file, save_file
from timm.models.convnext import ConvNeXt as TimmConvNeXt
from timm.models.vision_transformer import VisionTransformer as TimmVisionTransformer
from torchvision.models.convnext import CNBlockConfig, ConvNeXt
from torchvision.models.mobilenetv2 import MobileNetV2
from torchvision.models.resnet import BasicBlock, Bottleneck, ResNet
from torchvision.models.vision_transformer import VisionTransformer
from transformers import ConvNextConfig, ConvNextForImageClassification, ResNetConfig, ResNetForImageClassification
from transformers import ViTConfig, ViTForImageClassification

SIZE = 64


def even(count, key):
    """Numbers between -1/2 and 1/2."""
    places = torch.arange(count, dtype=torch.int64)
    return ((places * 2654435761 + key * 1013904223 + 12345) % 2**32).double() / 2**32 - 0.5


def fill(model):
    return fill_named({name: value for name, value in model.state_dict().items() if value.dim() > 0})


def fill_named(named):
    for key, name in enumerate(sorted(named)):
        value, leaf = named[name], name.rsplit(".", 1)[-1]
        drawn = even(value.numel(), key)
        if value.dim() in (2, 4):
            drawn = drawn * 2 * (3 / (value.numel() / value.shape[0])) ** 0.5
        elif leaf in ("running_var", "weight"):
            drawn = 1 + drawn / 2
        elif leaf in ("layer_scale", "gamma", "layer_scale_parameter"):
            drawn = 0.5 + drawn / 2
        else:
            drawn = drawn / 5
        value.copy_(drawn.reshape(value.shape).float())
    return [[name, list(named[name].shape)] for name in sorted(named)]


def pictures(rows):
    row, y, x, channel = torch.meshgrid(*[torch.arange(size) for size in (rows, SIZE, SIZE, 3)], indexing="ij")
    pixels = (row * 50 + y * 7 + x * 13 + channel * 29 + (x * y) // 8) * 31 % 256
    return pixels.permute(0, 3, 1, 2).float() / 255


def of_hub(model):
    """The model with such weights, and names and shapes as they are in its file."""
    with tempfile.TemporaryDirectory() as folder:
        model.save_pretrained(folder)
        file = f"{folder}/model.safetensors"
        named = load_file(file)
        tensors = fill_named({name: value for name, value in named.items() if value.dim() > 0})
        save_file(named, file, metadata={"format": "pt"})
        return type(model).from_pretrained(folder).eval(), tensors


def class_place(net):
    net.heads = torch.nn.Identity()
    return lambda given: net(given)[:, :, None, None]


models = {
    "basic": (ResNet(BasicBlock, [1, 1, 1, 1]), lambda net: torch.nn.Sequential(*list(net.children())[:-1])),
    "bottleneck": (ResNet(Bottleneck, [1, 1, 1, 1]), lambda net: torch.nn.Sequential(*list(net.children())[:-1])),
    "mobilenet": (
        MobileNetV2(inverted_residual_setting=[[1, 16, 1, 1], [6, 24, 2, 2], [6, 32, 1, 2]]),
        lambda net: net.features,
    ),
    "convnext": (ConvNeXt([CNBlockConfig(16, 32, 1), CNBlockConfig(32, None, 2)]), lambda net: net.features),
    "convnext_timm": (
        TimmConvNeXt(depths=(1, 2, 1, 1), dims=(8, 12, 16, 24)),
        lambda net: torch.nn.Sequential(net.stem, net.stages, net.norm_pre),
    ),
    "vit": (VisionTransformer(SIZE, 16, num_layers=2, num_heads=4, hidden_dim=32, mlp_dim=128), class_place),
    "vit_timm": (
        TimmVisionTransformer(img_size=SIZE, patch_size=16, embed_dim=32, depth=2, num_heads=4),
        lambda net: lambda given: net.forward_features(given)[:, 0, :, None, None],
    ),
}

hub = {
    "resnet_hub": (
        ResNetForImageClassification(ResNetConfig(embedding_size=16, hidden_sizes=[16, 24], depths=[1, 2], layer_type="basic")),
        lambda net: lambda given: net.resnet(given).last_hidden_state,
    ),
    "bottleneck_hub": (
        ResNetForImageClassification(ResNetConfig(embedding_size=16, hidden_sizes=[32, 64], depths=[1, 1])),
        lambda net: lambda given: net.resnet(given).last_hidden_state,
    ),
    "convnext_hub": (
        ConvNextForImageClassification(ConvNextConfig(hidden_sizes=[8, 12], depths=[1, 2], num_stages=2)),
        lambda net: lambda given: net.convnext(given).last_hidden_state,
    ),
    "vit_hub": (
        ViTForImageClassification(
            ViTConfig(hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=128, image_size=SIZE)
        ),
        lambda net: lambda given: net.vit(given).last_hidden_state[:, 0, :, None, None],
    ),
}

out = {"torch": torch.__version__, "torchvision": torchvision.__version__, "timm": timm.__version__, "models": {}}
with torch.no_grad():
    for name, (model, trunk) in {**models, **hub}.items():
        model.eval()
        model, tensors = of_hub(model) if name in hub else (model, fill(model))
        features = trunk(model)(pictures(2)).mean(dim=(2, 3))
        shown = [[round(float(value), 6) for value in row[:24]] for row in features]
        out["models"][name] = {"tensors": tensors, "features": shown}
        print(name, features.shape, features.abs().mean(), file=sys.stderr)
print("{")
print(f'  "torch": "{out["torch"]}", "torchvision": "{out["torchvision"]}", "timm": "{out["timm"]}",')
print('  "models": {')
for place, (name, model) in enumerate(out["models"].items()):
    print(f'    "{name}": {json.dumps(model)}{"," if place + 1 < len(out["models"]) else ""}')
print("  }\n}")
