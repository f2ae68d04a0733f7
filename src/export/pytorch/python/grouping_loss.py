
def grouping_loss(output, target, heats, offsets):
    """Of each picture the mean cross-entropy of its pixels, and the losses of heats of middles and of ways to them, by how many things it has."""
    classes = output.shape[1] - 3
    of_classes = F.cross_entropy(output[:, :classes], target[:, 0].long(), reduction="none").mean((1, 2))
    of_heats = heat_losses(output[:, classes], target[:, 1]).sum((1, 2))
    # Of each place of a thing a share, which are 1 together.
    shares = target[:, 4]
    of_ways = ((output[:, classes + 1 :] - target[:, 2:4]).abs().sum(1) * shares).sum((1, 2))
    return of_classes + (heats * of_heats + offsets * of_ways) / shares.sum((1, 2)).clamp(min=1)
