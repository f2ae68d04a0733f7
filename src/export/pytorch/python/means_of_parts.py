
def means_of_parts(x, lengths, count):
    """The mean of each part of each row along time."""
    inside = parts(x, lengths, count).float()
    means = (inside / inside.sum(2, keepdim=True).clamp(min=1)) @ filled(x, lengths).flatten(2)
    return means.unflatten(2, x.shape[2:])
