
def filled(x, lengths, filling=0.0):
    """The same with a number in the place of padding."""
    mask = own(x, lengths)
    return x.masked_fill(~mask.reshape(*mask.shape, *[1] * (x.ndim - 2)), filling)
