
def sequence_loss(scores, target, lengths):
    """Of each row how much less likely its tags are than all sequences together, by the forward algorithm of a conditional random field."""
    tags = math.isqrt(scores.shape[2])
    pairs = scores.unflatten(2, (tags, tags))
    sums = pairs[:, 0, 0]
    for place in range(1, scores.shape[1]):
        longer = torch.logsumexp(sums[:, :, None] + pairs[:, place], 1)
        sums = torch.where((place < lengths)[:, None], longer, sums)
    before = F.pad(target[:, :-1], (1, 0))
    right = scores.gather(2, (before * tags + target)[..., None])[..., 0]
    own = torch.arange(scores.shape[1], device=scores.device) < lengths[:, None]
    right = torch.where(own, right, 0.0).sum(1)
    return torch.where(lengths > 0, sums.logsumexp(1) - right, 0.0)
