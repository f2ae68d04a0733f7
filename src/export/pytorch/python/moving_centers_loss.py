
def moving_centers_loss(output, target, edges, moves):
    """Of each clip the losses of the maps of its frames and of the ways back to the frame before, by how many boxes it has."""
    rows, (output, target) = len(output), (maps.flatten(0, 1) for maps in (output, target))
    losses, boxes = box_losses(output[:, :-2], target[:, :-3], edges)
    ways = (output[:, -2:] - target[:, -3:-1]).abs().sum(1) * target[:, -1]
    losses = losses + moves * ways.sum((1, 2))
    return losses.unflatten(0, (rows, -1)).sum(1) / boxes.unflatten(0, (rows, -1)).sum(1).clamp(min=1)
