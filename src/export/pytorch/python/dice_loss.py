
def dice_loss(logits, target, counted, smooth):
    """Of each row how little the pixels of each class that it has and those that are given it overlap."""
    counts = torch.ones_like(target, dtype=torch.bool) if counted is None else counted != 0
    given = logits.softmax(1) * counts[:, None]
    have = F.one_hot(target, logits.shape[1]).movedim(-1, 1) * counts[:, None]
    present = have.flatten(2).any(2)
    both, every = (given * have).flatten(2).sum(2), (given + have).flatten(2).sum(2)
    losses = 1 - (2 * both + smooth) / (every + smooth).clamp(min=torch.finfo(given.dtype).tiny)
    return torch.where(present, losses, 0.0).sum(1) / present.sum(1).clamp(min=1)
