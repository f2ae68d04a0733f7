
def contrastive_loss(both, tokens, lengths, temperature, symmetric):
    """Of each row how little it knows its answer, by cosine, among the answers of the batch; those of the same tokens are no others, nor are rows without any."""
    queries, answers = (F.normalize(half, dim=1) for half in both.chunk(2, 1))
    scores = queries @ answers.T / temperature
    own = tokens.masked_fill(torch.arange(tokens.shape[1], device=tokens.device) >= lengths[:, None], 0)
    which = torch.cat([lengths[:, None], own], 1).unique(dim=0, return_inverse=True)[1]
    lacking = lengths == 0
    no_others = (which[:, None] == which) | lacking | lacking[:, None]
    right = scores.diagonal()
    scores = scores.masked_fill(no_others.fill_diagonal_(False), -1e9)
    losses = scores.logsumexp(1) - right
    if symmetric:
        losses = (losses + scores.logsumexp(0) - right) / 2
    return losses.masked_fill(lacking, 0.0)
