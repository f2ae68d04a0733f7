#!/usr/bin/env python3
"""Writes tests/train/files/*.pt: state dicts in the format of torch.save, without needing PyTorch.

torch.save (1.6 and newer) writes a zip archive of a pickle of protocol 2, in which tensors are calls of
torch._utils._rebuild_tensor_v2 on persistent ids of storages, and the storages as raw numbers. The same calls are made
here on stand-ins of the same names. `harmful.pt` asks for a call that a state dict never makes."""

import collections, io, pickle, struct, sys, types, zipfile

torch, utils = types.ModuleType("torch"), types.ModuleType("torch._utils")
class FloatStorage: pass
FloatStorage.__module__ = "torch"
def _rebuild_tensor_v2(*arguments): pass
_rebuild_tensor_v2.__module__ = "torch._utils"
torch.FloatStorage, utils._rebuild_tensor_v2 = FloatStorage, _rebuild_tensor_v2
sys.modules["torch"], sys.modules["torch._utils"] = torch, utils

class Storage:
    def __init__(self, key, values): self.key, self.values = key, values

class Tensor:
    def __init__(self, storage, shape, strides, offset=0):
        self.storage, self.shape, self.strides, self.offset = storage, shape, strides, offset
    def __reduce__(self):
        hooks = collections.OrderedDict()
        return _rebuild_tensor_v2, (self.storage, self.offset, self.shape, self.strides, False, hooks)

class Pickler(pickle.Pickler):
    def persistent_id(self, value):
        if isinstance(value, Storage):
            return ("storage", FloatStorage, value.key, "cpu", len(value.values))

def save(path, value, storages):
    pickled = io.BytesIO()
    Pickler(pickled, protocol=2).dump(value)
    def put(name, content):
        archive.writestr(zipfile.ZipInfo("weights/" + name, (2026, 1, 1, 0, 0, 0)), content)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        put("data.pkl", pickled.getvalue())
        put("byteorder", "little")
        for storage in storages:
            put(f"data/{storage.key}", struct.pack(f"<{len(storage.values)}f", *storage.values))
        put("version", "3\n")

folder = "tests/train/files/"
# Two layers of a Sequential: Linear(7, 4) and Linear(4, 3); the second weight is a transposed view of its storage.
first = Storage("0", [0.01 * number for number in range(28)])
bias = Storage("1", [1.0, 2.0, 3.0, 4.0])
second = Storage("2", [100.0] + [0.5 * number for number in range(12)])
last = Storage("3", [-1.0, -2.0, -3.0])
state = collections.OrderedDict([
    ("encoder.0.weight", Tensor(first, (4, 7), (7, 1))),
    ("encoder.0.bias", Tensor(bias, (4,), (1,))),
    ("encoder.2.weight", Tensor(second, (3, 4), (1, 3), offset=1)),
    ("encoder.2.bias", Tensor(last, (3,), (1,))),
    ("head.weight", Tensor(last, (1, 3), (3, 1))),
])
save(folder + "weights.pt", state, [first, bias, second, last])

class Harmful:
    def __reduce__(self): return eval, ("1 + 1",)
save(folder + "harmful.pt", {"weight": Harmful()}, [])
