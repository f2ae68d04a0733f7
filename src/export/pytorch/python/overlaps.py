
def overlaps(given, truth):
    """The generalised overlap of boxes, whose left, upper, right and lower edge are channels (Rezatofighi et al. 2019)."""
    area = lambda low, high: (high - low).clamp(min=0).prod(1)
    (low, high), (left, right) = given.chunk(2, 1), truth.chunk(2, 1)
    both = area(torch.maximum(low, left), torch.minimum(high, right))
    around = area(torch.minimum(low, left), torch.maximum(high, right)).clamp(min=1e-6)
    either = (area(low, high) + area(left, right) - both).clamp(min=1e-6)
    return both / either - (around - either) / around
