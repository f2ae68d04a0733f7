#!/usr/bin/env python3
"""Independent figures for the balancers, in float64: writes tests/golden/balancers.json.

    pip install "torchjd[full]==0.18.0"        # with torch 2.9
    python scripts/balancer_figures.py tests/golden/balancers.json

What TorchJD has is asked of TorchJD. What it has not (GradNorm, MoCo, DB-MTL) is written here with torch from the papers'
formulas, with torch's own Adam and autograd.
"""

import json
import math
import sys

import torch
from torchjd import aggregation as agg
from torchjd import scalarization as scal

torch.set_default_dtype(torch.float64)
random = torch.Generator().manual_seed(20)


def losses(steps, tasks):
    """Falling, noisy, positive losses of different size."""
    size = torch.tensor([1.0, 0.2, 5.0, 0.03])[:tasks]
    rate = torch.tensor([0.9, 0.97, 0.8, 1.01])[:tasks]
    noise = torch.rand(steps, tasks, generator=random)
    return torch.stack([size * rate**step * (0.8 + 0.4 * noise[step]) for step in range(steps)])


def jacobians(steps, tasks, width):
    size = torch.tensor([1.0, 3.0, 0.1, 0.5])[:tasks, None]
    return torch.randn(steps, tasks, width, generator=random) * size


def weights_of(scalarizer, values):
    values = values.clone().requires_grad_()
    return torch.autograd.grad(scalarizer(values), values)[0]


def run_losses(name, arguments, scalarizer, sequence, after=None, epochs=None, optimizer=None):
    expected = []
    for step, values in enumerate(sequence):
        expected.append(weights_of(scalarizer, values).tolist())
        if optimizer:
            optimizer.zero_grad()
            scalarizer(values).backward()
            optimizer.step()
        if after is not None:
            scalarizer.update(after[step])
        if epochs and (step + 1) % epochs == 0:
            scalarizer.step()
    return {"method": name, "arguments": arguments, "losses": sequence.tolist(), "weights": expected,
            "after": None if after is None else after.tolist(), "steps_per_epoch": epochs}


sequences = []
torch_losses = losses(8, 3)
famo = scal.FAMO(3, lr=0.025, weight_decay=1e-3)
sequences.append(run_losses("famo", {"lr": 0.025, "gamma": 1e-3}, famo, torch_losses, after=torch_losses * torch.tensor([0.9, 0.99, 0.5])))
sequences.append(run_losses("dwa", {"temperature": 2.0}, scal.DWA(2.0), torch_losses, epochs=2))
sequences.append(run_losses("stch", {"mu": 0.3}, scal.STCH(0.3, weights=torch.ones(3)), torch_losses))
sequences.append(run_losses("geometric", {}, scal.GeometricMean(), torch_losses))
uw = scal.UW(3)
uw.log_var.data.fill_(-math.log(2.0))
sequences.append(run_losses("uncertainty", {"lr": 0.1}, uw, torch_losses, optimizer=torch.optim.Adam(uw.parameters(), lr=0.1)))
imtl = scal.IMTLL(3)
sequences.append(run_losses("imtl_l", {"lr": 0.1}, imtl, torch_losses, optimizer=torch.optim.Adam(imtl.parameters(), lr=0.1)))
sequences.append({"method": "log_scale", "arguments": {}, "losses": torch_losses.tolist(), "after": None, "steps_per_epoch": None,
                  "weights": [weights_of(lambda values: values.log().sum(), values).tolist() for values in torch_losses]})


def run_gradients(name, arguments, answer, count=6, tasks=3, width=5, kind="weights"):
    sequence, values = jacobians(count, tasks, width), losses(count, tasks)
    expected = [answer(jacobian, loss).tolist() for jacobian, loss in zip(sequence, values)]
    return {"method": name, "arguments": arguments, "jacobians": sequence.tolist(), "losses": values.tolist(), kind: expected}


excess = agg.ExcessMTLWeighting(robust_step_size=0.5)
sequences.append(run_gradients("excess_mtl", {"step_size": 0.5}, lambda j, l: excess(j).clone()))
warm = agg.ExcessMTLWeighting(robust_step_size=0.5, n_warmup_steps=2)
sequences.append(run_gradients("excess_mtl", {"step_size": 0.5, "warmup": 2}, lambda j, l: warm(j).clone()))
vaccine = agg.GradVacWeighting(beta=0.5)
# Two tasks: the order of the others, which is drawn, does not matter.
sequences.append(run_gradients("gradvac", {"beta": 0.5}, lambda j, l: vaccine(j @ j.T), tasks=2))


def gradnorm():
    alpha, weights, first = 1.5, torch.ones(3, requires_grad=True), None
    optimizer = torch.optim.Adam([weights], lr=0.05)

    def answer(jacobian, loss):
        nonlocal first
        first = loss if first is None else first
        used = weights.detach().clone()
        norms = (weights[:, None] * jacobian).norm(dim=1)
        ratio = loss / first
        target = (norms.mean() * (ratio / ratio.mean()) ** alpha).detach()
        optimizer.zero_grad()
        (norms - target).abs().sum().backward()
        optimizer.step()
        weights.data *= 3 / weights.data.sum()
        return used

    return answer


sequences.append(run_gradients("gradnorm", {"alpha": 1.5, "lr": 0.05}, gradnorm()))


def project(point):
    return agg._utils.simplex.project_onto_simplex(point)


def moco(beta=0.5, beta_decay=0.5, gamma=0.1, gamma_decay=0.5, rho=0.2, normalize=True):
    followed, weights, step = torch.zeros(3, 5), torch.full((3,), 1 / 3), 0

    def answer(jacobian, loss):
        nonlocal followed, weights, step
        step += 1
        if normalize:
            jacobian = jacobian / jacobian.norm(dim=1, keepdim=True) * loss[:, None]
        followed = followed - beta / step**beta_decay * (followed - jacobian)
        weights = project(weights - gamma / step**gamma_decay * ((followed @ followed.T + rho * torch.eye(3)) @ weights))
        return followed.T @ weights

    return answer


sequences.append(run_gradients("moco", {"rho": 0.2}, moco(), kind="direction"))
sequences.append(run_gradients("moco", {"rho": 0.2, "normalize": False, "gamma": 0.02}, moco(normalize=False, gamma=0.02), kind="direction"))


def db_mtl(beta=0.9, beta_decay=0.5):
    smooth, step = torch.zeros(3, 5), 0

    def answer(jacobian, loss):
        nonlocal smooth, step
        step += 1
        gradient = jacobian / loss[:, None]
        smooth = gradient + beta / step**beta_decay * (smooth - gradient)
        length = smooth.norm(dim=1)
        return (length.max() / length) @ smooth

    return answer


sequences.append(run_gradients("db_mtl", {"beta": 0.9, "beta_decay": 0.5}, db_mtl(), kind="direction"))


def run_samples(name, arguments, answer):
    first, second = jacobians(6, 3, 5), jacobians(6, 3, 5) + jacobians(6, 3, 5)
    # Correlated halves, as those of a batch are.
    second = first + 0.5 * second
    expected = [answer(a @ b.T).tolist() for a, b in zip(first, second)]
    return {"method": name, "arguments": arguments, "first": first.tolist(), "second": second.tolist(), "weights": expected}


sampled = [
    run_samples("modo", {"gamma": 0.05, "rho": 0.1}, agg.MoDoWeighting(gamma=0.05, rho=0.1)),
    run_samples("sdmgrad", {"pull": 0.3}, agg.SDMGradWeighting(lambda_=0.3)),
]

preference = torch.tensor([0.5, 0.2, 0.3])
directions = []
for seed in range(4):
    jacobian = jacobians(1, 3, 5)[0] + (0 if seed < 2 else jacobians(1, 1, 5)[0] * -0.7)
    directions.append({
        "jacobian": jacobian.tolist(),
        "lambda": preference.tolist(),
        "expected": {
            "upgrad": agg.UPGrad(pref_vector=preference)(jacobian).tolist(),
            "dualproj": agg.DualProj(pref_vector=preference)(jacobian).tolist(),
            "aligned_mtl(mode: rmse)": agg.AlignedMTL(pref_vector=preference, scale_mode="rmse")(jacobian).tolist(),
            "config": agg.ConFIG(pref_vector=preference)(jacobian).tolist(),
        },
    })
    directions.append({
        "jacobian": jacobian.tolist(),
        "lambda": [1 / 3] * 3,
        "expected": {
            "cagrad(c: 0.2)": agg.CAGrad(c=0.2)(jacobian).tolist(),
            "cagrad(c: 0.9)": agg.CAGrad(c=0.9)(jacobian).tolist(),
            "fairgrad(alpha: 0.5)": agg.FairGrad(alpha=0.5)(jacobian).tolist(),
            "fairgrad(alpha: 2)": agg.FairGrad(alpha=2.0)(jacobian).tolist(),
        },
    })

with open(sys.argv[1], "w", encoding="utf-8") as file:
    json.dump({
        "about": "Made by scripts/balancer_figures.py with TorchJD 0.18.0 and torch in float64: raw answers, before mtlc brings them to the scale of the mean.",
        "sequences": sequences, "sampled": sampled, "directions": directions,
    }, file, indent=None, separators=(",", ":"))
    file.write("\n")
