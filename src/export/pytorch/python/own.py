
def own(x, lengths):
    """Whether each place of each row is the row's own, and no padding: [rows, places]."""
    return torch.arange(x.shape[1], device=x.device) < lengths[:, None]
