

def mean(losses, has, weights=None):
    """Over the rows that have the label, or over the places of these that count; by weights, if there are some."""
    has = has.bool().reshape(-1, *[1] * (losses.ndim - 1)).expand_as(losses)
    if weights is not None and losses.ndim > 1:
        has = has & (weights != 0)
    losses = torch.where(has, losses, 0.0)
    return (losses if weights is None else losses * weights).sum() / has.sum().clamp(min=1)
