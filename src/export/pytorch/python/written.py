
def written(model, given, target, output, tokens, between, end, longest):
    """Texts of the likeliest token after the other, in each row until the one that ends it."""
    first = next(iter(given.values()))
    found = torch.zeros(len(first), 0, dtype=torch.long, device=first.device)
    goes_on = torch.ones(len(first), dtype=torch.bool, device=first.device)
    for _ in range(longest):
        # A place more than has been written: what would stand there is not looked at.
        scores = model(given | {target: F.pad(found, (0, 1))})[output][:, -1].clone()
        scores[:, :2] = -math.inf
        chosen = scores.argmax(1)
        found = torch.cat([found, chosen[:, None]], 1)
        goes_on &= chosen != end
        if not goes_on.any():
            break
    rows = [row[: row.index(end)] if end in row else row for row in found.tolist()]
    return [joined(tokens, between, row) for row in rows]
