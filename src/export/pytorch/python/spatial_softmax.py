
def spatial_softmax(x):
    """Where each channel is strongest, across and down, from -1 to 1: [rows, channels · 2]."""
    shares = x.flatten(2).softmax(2).unflatten(2, x.shape[2:])
    down, across = (torch.linspace(-1, 1, size, device=x.device) if size > 1 else x.new_zeros(1) for size in x.shape[2:])
    return torch.stack([shares.sum(2) @ across, shares.sum(3) @ down], 2).flatten(1)
