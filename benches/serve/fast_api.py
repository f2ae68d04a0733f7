"""The penguins model in PyTorch behind FastAPI, as one would write it: weights and preprocessing of the run at RUN, the same answers."""

import json
import os

import torch
import torch.nn.functional as F
from fastapi import FastAPI
from pydantic import BaseModel
from safetensors.torch import load_file

RUN = os.environ["RUN"]
weights = load_file(f"{RUN}/model.safetensors")
fitted = json.load(open(f"{RUN}/preprocessing.json"))
fill, scaling = (step["state"] for step in fitted["inputs"]["body"])
mass_scaling = fitted["targets"]["mass"][0]["state"]
islands, species = fitted["classes"]["penguins.island"], fitted["classes"]["penguins.species"]
torch.set_num_threads(1)


class Row(BaseModel):
    bill_length_mm: float | None
    bill_depth_mm: float | None
    flipper_length_mm: float | None
    island: str | None


class Request(BaseModel):
    instances: list[Row]


class Penguins(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.island = torch.nn.Embedding.from_pretrained(weights["island.embed.1.weight"])
        for name in ["trunk.dense.1", "trunk.dense.2", "species.head.dense.1", "sex.head.dense.1", "mass.head.dense.1"]:
            weight = weights[f"{name}.weight"]
            layer = torch.nn.Linear(*weight.shape)
            layer.weight.data, layer.bias.data = weight.T.contiguous(), weights[f"{name}.bias"]
            self.add_module(name.replace(".", "_"), layer)

    def forward(self, body, island):
        x = torch.cat([body, self.island(island)], 1)
        x = F.relu(self.trunk_dense_2(F.relu(self.trunk_dense_1(x))))
        return self.species_head_dense_1(x).softmax(1), self.sex_head_dense_1(x).sigmoid(), self.mass_head_dense_1(x)


model = Penguins().eval()
app = FastAPI()


def place(island):
    if island is None:
        return len(islands) + 1
    return islands.index(island) if island in islands else len(islands)


@app.post("/v1/models/penguins:predict")
async def predict(request: Request):
    rows = request.instances
    cells = [[row.bill_length_mm, row.bill_depth_mm, row.flipper_length_mm] for row in rows]
    body = [
        [((fill[i] if cell is None else cell) - scaling["mean"][i]) / scaling["deviation"][i] for i, cell in enumerate(row)] for row in cells
    ]
    with torch.inference_mode():
        kinds, males, masses = model(torch.tensor(body), torch.tensor([place(row.island) for row in rows]))
    predictions = []
    for number, (kind, male, mass) in enumerate(zip(kinds.tolist(), males[:, 0].tolist(), masses[:, 0].tolist()), 1):
        best = species[max(range(len(kind)), key=kind.__getitem__)]
        predictions.append({
            "row": number, "species": best, **{f"species.{name}": p for name, p in zip(species, kind)},
            "sex": "male" if male >= 0.5 else "female", "sex.male": male,
            "mass": mass * mass_scaling["deviation"][0] + mass_scaling["mean"][0],
        })
    return {"predictions": predictions}
