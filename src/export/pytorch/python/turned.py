
def turned(x, heads, base):
    """Pairs of features of each head, turned by where their place stands (rotary positions)."""
    rows, places, width = x.shape
    half = width // heads // 2
    rates = base ** (torch.arange(half, dtype=torch.float64, device=x.device) / half)
    angles = (torch.arange(places, dtype=torch.float64, device=x.device)[:, None] / rates)[:, None]
    cosine, sine = angles.cos().float(), angles.sin().float()
    one, other = x.reshape(rows, places, heads, 2 * half).chunk(2, 3)
    return torch.cat([one * cosine - other * sine, other * cosine + one * sine], 3).reshape(x.shape)
