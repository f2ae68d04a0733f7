
def previous(given, target):
    """The tokens of a target, each one place later, behind a first one of 0; that one alone where nothing has been written."""
    if target in given:
        return F.pad(given[target][:, :-1], (1, 0))
    first = next(iter(given.values()))
    return torch.zeros(len(first), 1, dtype=torch.long, device=first.device)
