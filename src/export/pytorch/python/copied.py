
def copied(logits, states, memory, tokens, queries, keys, gate, lengths=None):
    """Logarithms of how likely each token comes next: written, or copied from where the state looks."""
    scores = queries(states) @ keys(memory).transpose(1, 2) / math.sqrt(states.shape[2])
    if lengths is not None:
        seen = torch.arange(memory.shape[1], device=memory.device) < lengths.clamp(min=1)[:, None]
        scores = scores.masked_fill(~seen[:, None], torch.finfo(scores.dtype).min)
    looked = scores.softmax(2)
    share = torch.sigmoid(gate(torch.cat([states, looked @ memory], 2)))
    source = F.one_hot(tokens, logits.shape[2]).to(logits.dtype)
    return (share * logits.softmax(2) + (1 - share) * (looked @ source) + 1e-10).log()
