
def heat_maps_loss(output, target):
    """Of each picture the mean cross-entropy of where its points are, of those that are known: the heat of each is 1 together."""
    target = target.flatten(2)
    return -(output.flatten(2).log_softmax(2) * target).sum((1, 2)) / target.sum((1, 2)).clamp(min=1)
