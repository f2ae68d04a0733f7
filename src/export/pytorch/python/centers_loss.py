
def centers_loss(output, target, edges):
    """Of each picture the losses of its map of middles, by how many boxes it has."""
    losses, boxes = box_losses(output, target, edges)
    return losses / boxes.clamp(min=1)
