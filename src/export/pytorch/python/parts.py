
def parts(x, lengths, count):
    """Whether each place belongs to each part of its row, cut into so many as evenly as can be: [rows, parts, places]."""
    part, place = torch.arange(count, device=x.device), torch.arange(x.shape[1], device=x.device)
    start, end = part * lengths[:, None] // count, ((part + 1) * lengths[:, None] + count - 1) // count
    return (place >= start[..., None]) & (place < end[..., None])
