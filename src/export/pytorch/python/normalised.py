
def normalised(module, x, lengths):
    """What a group norm makes of [rows, time, channels, ...]: each group to mean 0 and variance 1 over the places that are its row's own."""
    groups = filled(x, lengths).unflatten(2, (module.num_groups, -1)).flatten(3)
    count = counts(lengths, 4) * groups.shape[3]
    centred = (groups - groups.sum((1, 3), keepdim=True) / count) * own(x, lengths)[..., None, None]
    deviation = (centred.square().sum((1, 3), keepdim=True) / count + module.eps).sqrt()
    of_channels = lambda weight: weight.reshape(-1, *[1] * (x.ndim - 3))
    return (centred / deviation).reshape(x.shape) * of_channels(module.weight) + of_channels(module.bias)
