
def counted_mean(losses, counted):
    """Of each row the mean over its numbers that count, of each member alike."""
    if counted is None:
        return losses.flatten(1).mean(1)
    rows, *places = counted.shape
    counted = counted.reshape(rows, *[1] * (losses.ndim - counted.ndim), *places).expand_as(losses)
    return (losses * counted).flatten(1).sum(1) / counted.flatten(1).sum(1).clamp(min=1)
