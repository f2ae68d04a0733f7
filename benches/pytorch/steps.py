"""Times training steps in PyTorch: the nets of our pipelines, and what gradient methods add to a plain sum of losses.

Each figure is the median of short runs; the runs of what is compared take turns, so that a slow moment of the machine
meets all of them alike. A step is forward, backward, method and optimizer, on one batch that stays the same.
"""

import argparse
import json
import statistics
import sys
import time

import torch
from torch import nn
from torch.nn import functional

try:
    from torchjd import aggregation
    from torchjd.autojac import jac_to_grad, mtl_backward
except ImportError:
    aggregation = None


# ---- nets ----------------------------------------------------------------------------------------


class Net(nn.Module):
    """A shared trunk, a head per task, and each task's loss."""

    def __init__(self, trunk, heads, losses):
        super().__init__()
        self.trunk, self.heads, self.losses = trunk, nn.ModuleList(heads), losses

    def task_losses(self, representation, targets):
        outputs = [head(representation) for head in self.heads]
        return [loss(output, target) for loss, output, target in zip(self.losses, outputs, targets)]


def two_layer(batch):
    """pipelines/two-layer.mtl"""
    net = Net(nn.Linear(100, 50), [nn.Linear(50, 2), nn.Linear(50, 2)], [functional.cross_entropy] * 2)
    targets = [torch.randint(2, (batch,)) for _ in range(2)]
    return net, torch.randn(batch, 100), targets, torch.optim.Adam(net.parameters(), lr=1e-3)


def scenes(batch):
    """pipelines/weighted.mtl"""

    def stage(inputs, outputs):
        return [nn.Conv2d(inputs, outputs, 3, padding=1), nn.BatchNorm2d(outputs), nn.ReLU(), nn.MaxPool2d(2)]

    trunk = nn.Sequential(
        *stage(1, 16), *stage(16, 32), *stage(32, 32), nn.Flatten(), nn.Linear(32 * 3 * 3, 64), nn.ReLU()
    )
    net = Net(trunk, [nn.Linear(64, 4), nn.Linear(64, 4)], [functional.cross_entropy, functional.huber_loss])
    targets = [torch.randint(4, (batch,)), torch.randn(batch, 4)]
    return net, torch.rand(batch, 1, 24, 24), targets, torch.optim.AdamW(net.parameters(), lr=2e-3)


def wide_trunk(tasks, batch=256, width=512, layers=3):
    """The trunk on which the cost of gradient methods is compared."""
    trunk = nn.Sequential(*[part for _ in range(layers) for part in (nn.Linear(width, width), nn.ReLU())])
    net = Net(trunk, [nn.Linear(width, 10) for _ in range(tasks)], [functional.cross_entropy] * tasks)
    targets = [torch.randint(10, (batch,)) for _ in range(tasks)]
    return net, torch.randn(batch, width), targets, torch.optim.Adam(net.parameters(), lr=1e-3)


def picture_trunk(tasks, batch=64):
    """The same of convolutions."""
    trunk = nn.Sequential(
        nn.Conv2d(3, 32, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(64, 64, 3), nn.ReLU(), nn.Flatten(),
    )
    net = Net(trunk, [nn.Linear(1024, 10) for _ in range(tasks)], [functional.cross_entropy] * tasks)
    targets = [torch.randint(10, (batch,)) for _ in range(tasks)]
    return net, torch.randn(batch, 3, 32, 32), targets, torch.optim.Adam(net.parameters(), lr=1e-3)


# ---- what is done with the losses ----------------------------------------------------------------


def plain_sum(net, inputs, targets, weights=None):
    losses = net.task_losses(net.trunk(inputs), targets)
    total = sum(losses) if weights is None else sum(weight * loss for weight, loss in zip(weights, losses))
    total.backward()


def with_torchjd(aggregator):
    """TorchJD: the Jacobian of the losses over the trunk's parameters, then the aggregator."""

    def step(net, inputs, targets):
        features = net.trunk(inputs)
        losses = net.task_losses(features, targets)
        mtl_backward(losses, features=features)
        jac_to_grad(net.trunk.parameters(), aggregator)

    return step


def with_matrix(method):
    """LibMTL, gradients of parameters: one backward per task, each copied into a row of a matrix."""

    def step(net, inputs, targets):
        losses = net.task_losses(net.trunk(inputs), targets)
        shared = list(net.trunk.parameters())
        rows = []
        for index, loss in enumerate(losses):
            loss.backward(retain_graph=index + 1 < len(losses))
            rows.append(torch.cat([parameter.grad.flatten() for parameter in shared]))
            for parameter in shared:
                parameter.grad = None
        combined = method(torch.stack(rows))
        start = 0
        for parameter in shared:
            parameter.grad = combined[start : start + parameter.numel()].view_as(parameter)
            start += parameter.numel()

    return step


def at_representation(method):
    """LibMTL, gradients of the representation: heads one by one, then the trunk once."""

    def step(net, inputs, targets):
        features = net.trunk(inputs)
        leaf = features.detach().requires_grad_()
        rows = []
        for loss in net.task_losses(leaf, targets):
            loss.backward()
            rows.append(leaf.grad.flatten())
            leaf.grad = None
        features.backward(method(torch.stack(rows)).view_as(features))

    return step


# ---- methods on a matrix with one gradient per row -----------------------------------------------


def mgda(gradients, turns=250):
    """The point of least norm between the gradients, by Frank and Wolfe's steps on their inner products."""
    products = gradients @ gradients.T
    share = torch.full((len(gradients),), 1 / len(gradients))
    for _ in range(turns):
        slopes = products @ share
        corner = int(torch.argmin(slopes))
        here, cross, there = share @ slopes, slopes[corner], products[corner, corner]
        step = ((here - cross) / (here - 2 * cross + there).clamp(min=1e-12)).clamp(0, 1)
        before, share = share, share * (1 - step)
        share[corner] += step
        if (share - before).abs().sum() < 1e-6:
            break
    return share @ gradients


def pcgrad(gradients):
    """Each gradient without what points against the others, in random order, summed."""
    mended = gradients.clone()
    for row in range(len(gradients)):
        for other in torch.randperm(len(gradients)).tolist():
            inner = mended[row] @ gradients[other]
            if inner < 0:
                mended[row] -= inner / (gradients[other] @ gradients[other] + 1e-8) * gradients[other]
    return mended.sum(0)


def methods():
    named = {"sum": plain_sum}
    if aggregation:
        for name in ["MGDA", "PCGrad", "UPGrad", "AlignedMTL", "IMTLG", "DualProj", "CAGrad", "NashMTL"]:
            try:
                arguments = {"CAGrad": {"c": 0.5}, "NashMTL": {"n_tasks": None}}.get(name, {})
                named[f"TorchJD {name}"] = (getattr(aggregation, name), arguments)
            except AttributeError:
                print(f"this TorchJD has no {name}", file=sys.stderr)
    named["LibMTL MGDA"] = with_matrix(mgda)
    named["LibMTL PCGrad"] = with_matrix(pcgrad)
    named["LibMTL MGDA, representation"] = at_representation(mgda)
    named["LibMTL PCGrad, representation"] = at_representation(pcgrad)
    return named


def ready(entry, tasks):
    """A step function; TorchJD's aggregators hold state and are made anew for each net."""
    if callable(entry):
        return entry
    make, arguments = entry
    arguments = {key: tasks if value is None else value for key, value in arguments.items()}
    return with_torchjd(make(**arguments))


# ---- timing --------------------------------------------------------------------------------------


def timed(steps, seconds):
    """Median milliseconds per step of each; `steps` maps a name to a function that makes one step."""
    counts = {}
    for name, step in steps.items():
        for _ in range(3):
            step()
        began = time.perf_counter()
        step()
        counts[name] = max(1, min(200, int(0.05 / (time.perf_counter() - began))))
    runs = {name: [] for name in steps}
    began = time.perf_counter()
    while time.perf_counter() - began < seconds * len(steps) or len(runs[next(iter(steps))]) < 5:
        for name, step in steps.items():
            start = time.perf_counter()
            for _ in range(counts[name]):
                step()
            runs[name].append((time.perf_counter() - start) / counts[name] * 1000)
    return {name: statistics.median(times) for name, times in runs.items()}


def stepper(make, method):
    net, inputs, targets, optimizer = make()

    def step():
        optimizer.zero_grad()
        method(net, inputs, targets)
        optimizer.step()

    return step


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", choices=["nets", "trunk", "cnn"], help="one part instead of both")
    parser.add_argument("--seconds", type=float, default=2.0, help="how long each is timed (default 2)")
    parser.add_argument("--threads", type=int, help="threads of PyTorch (default: as many as it takes)")
    parser.add_argument("--tasks", type=int, nargs="+", default=[2, 4, 8], help="tasks on the trunk (default 2 4 8)")
    parser.add_argument("--json", help="a file for the figures")
    options = parser.parse_args()
    if options.threads:
        torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    print(f"PyTorch {torch.__version__}, {torch.get_num_threads()} threads, CPU")
    if aggregation is None:
        print('without TorchJD (pip install "torchjd[full]")')
    figures = {"torch": torch.__version__, "threads": torch.get_num_threads(), "nets": {}}

    if options.only in (None, "nets"):
        weighted = lambda net, inputs, targets: plain_sum(net, inputs, targets, (0.7, 0.3))
        steps = {
            "two-layer (100-50-2x2, batch 32)": stepper(lambda: two_layer(32), plain_sum),
            "weighted (3 convolutions, 24x24, batch 32)": stepper(lambda: scenes(32), weighted),
        }
        figures["nets"] = timed(steps, options.seconds)
        print("\n| net | ms a step | examples a second |\n| --- | ---: | ---: |")
        for name, milliseconds in figures["nets"].items():
            print(f"| {name} | {milliseconds:.3f} | {32000 / milliseconds:.0f} |")

    trunks = {
        "trunk": (wide_trunk, "Trunk of 3 dense layers of 512, batch 256"),
        "cnn": (picture_trunk, "Trunk of 3 convolutions on 32×32, batch 64"),
    }
    for part, (trunk, title) in trunks.items():
        if options.only not in (None, part):
            continue
        figures[part] = {}
        for tasks in options.tasks:
            steps = {}
            for name, entry in methods().items():
                try:
                    step = stepper(lambda: trunk(tasks), ready(entry, tasks))
                    step()
                    steps[name] = step
                except Exception as error:  # a method whose solver is not installed
                    print(f"{name} is left out: {str(error).splitlines()[0]}", file=sys.stderr)
            figures[part][tasks] = timed(steps, options.seconds)
        names = list(figures[part][options.tasks[0]])
        print(f"\n{title}; cost of a step relative to the plain sum of the losses:\n")
        print("| method | " + " | ".join(f"T = {tasks}" for tasks in options.tasks) + " |")
        print("| --- |" + " ---: |" * len(options.tasks))
        for name in names:
            cells = []
            for tasks in options.tasks:
                column = figures[part][tasks]
                own = column.get(name)
                cells.append("" if own is None else f"{own:.2f} ms" if name == "sum" else f"{own / column['sum']:.2f}")
            print(f"| {name} | " + " | ".join(cells) + " |")

    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(figures, file, indent=2)


if __name__ == "__main__":
    main()
