
def span_loss(scores, marks, lengths):
    """Of each row how unlikely the right beginnings and ends are, bit 0 and bit 1 of its marks; 0 where the answer does not stand in the text."""
    own = torch.arange(scores.shape[1], device=scores.device) < lengths[:, None]
    losses = 0.0
    for edge in range(2):
        every = scores[:, :, edge].masked_fill(~own, -1e9)
        right = every.masked_fill((marks >> edge & 1) == 0, -1e9)
        losses = losses + (every.logsumexp(1) - right.logsumexp(1)) / 2
    return torch.where((own & (marks != 0)).any(1), losses, 0.0)
