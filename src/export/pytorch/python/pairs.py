
def pairs(x, transition, start, end, lengths=None):
    """Of each tag at each place its score behind each other one, [rows, places, tags · tags]: the first stands behind the start, the last before the end."""
    places = torch.arange(x.shape[1], device=x.device)
    behind = torch.where((places == 0)[:, None, None], start.expand_as(transition), transition)
    last = places + 1 == (x.shape[1] if lengths is None else lengths[:, None])
    return (x[:, :, None] + behind + last[..., None, None] * end).flatten(2)
