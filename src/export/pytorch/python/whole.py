
def whole(given, target):
    """The tokens of a target, and how many each row has; none where no answer is given."""
    if target in given:
        return given[target], given[target + ".lengths"]
    first = next(iter(given.values()))
    nothing = torch.zeros(len(first), 1, dtype=torch.long, device=first.device)
    return nothing, nothing[:, 0]
