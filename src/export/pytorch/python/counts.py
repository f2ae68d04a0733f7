
def counts(lengths, rank):
    """How many places each row has, one at least, to divide a sum of them by."""
    return lengths.clamp(min=1).float().reshape(-1, *[1] * (rank - 1))
