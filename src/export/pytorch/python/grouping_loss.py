
def grouping_loss(output, target, heats, offsets, things):
    """Of each picture the mean cross-entropy of its pixels, and by how many things it has the losses of heats of middles, of ways to them, and of classes where things are."""
    classes = output.shape[1] - 3
    of_classes = F.cross_entropy(output[:, :classes], target[:, 0].long(), reduction="none")
    of_heats = heat_losses(output[:, classes], target[:, 1]).sum((1, 2))
    # Of each place of a thing a share, which are 1 together.
    shares = target[:, 4]
    of_ways = ((output[:, classes + 1 :] - target[:, 2:4]).abs().sum(1) * shares).sum((1, 2))
    of_things = (of_classes * shares).sum((1, 2))
    near = heats * of_heats + offsets * of_ways + things * of_things
    return of_classes.mean((1, 2)) + near / shares.sum((1, 2)).clamp(min=1)
