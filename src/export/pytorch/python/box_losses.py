
def box_losses(output, target, edges):
    """Of each map of middles the losses of heats and of edges, these where places count for them, over all places; and how many boxes it has."""
    classes, (height, width) = output.shape[1] - 4, output.shape[2:]
    heats, truth, counted = target[:, :classes], target[:, classes : classes + 4], target[:, classes + 4]
    of_heats = heat_losses(output[:, :classes], heats).sum((1, 2, 3))
    distances = output[:, classes:].clamp(-8, 8).exp()
    across, down = (torch.arange(size, device=output.device) + 0.5 for size in (width, height))
    place = torch.stack([across.expand(height, width), down[:, None].expand(height, width)])
    given = torch.cat([place - distances[:, :2], place + distances[:, 2:]], 1)
    of_edges = ((1 - overlaps(given, truth)) * counted).sum((1, 2))
    return of_heats + edges * of_edges, (heats == 1).sum((1, 2, 3))
