
def attend(queries, keys, values, heads, lengths=None, causal=False, distances=None):
    """The values as each query's shares mix them; of each row `lengths` keys are its own, and `distances` are vectors of how far apart two places are."""
    queries, keys, values = (x.unflatten(2, (heads, -1)).transpose(1, 2) for x in (queries, keys, values))
    scores = queries @ keys.transpose(2, 3)
    asking, answering = (torch.arange(x.shape[2], device=x.device) for x in (queries, keys))
    if distances is not None:
        most = (len(distances) - 1) // (1 if causal else 2)
        which = (answering - asking[:, None]).clamp(-most, 0 if causal else most) + most
        scores = scores + (queries @ distances.T).gather(3, which.expand(*scores.shape))
    scores = scores / math.sqrt(queries.shape[3])
    least = torch.finfo(scores.dtype).min
    if lengths is not None:
        # The first is seen even by a row that has none.
        seen = answering < lengths.clamp(min=1)[:, None]
        scores = scores.masked_fill(~seen[:, None, None], least)
    if causal:
        scores = scores.masked_fill(answering > asking[:, None], least)
    return (scores.softmax(3) @ values).transpose(1, 2).flatten(2)
