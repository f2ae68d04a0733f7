
def waves(x):
    """Sines and cosines of where a place stands: [places, features]."""
    places, features = x.shape[1:]
    feature = torch.arange(features, device=x.device)
    lengths = 10_000.0 ** ((feature // 2 * 2).double() / features)
    angles = torch.arange(places, dtype=torch.float64, device=x.device)[:, None] / lengths
    return torch.where(feature % 2 == 0, angles.sin(), angles.cos()).float()
