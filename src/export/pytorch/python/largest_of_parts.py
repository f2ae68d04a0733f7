
def largest_of_parts(x, lengths, count):
    """The largest number of each part of each row along time; 0 where a row has no place."""
    least = torch.finfo(x.dtype).min
    largest = torch.where(parts(x, lengths, count)[..., None], x.flatten(2)[:, None], least).amax(2)
    return torch.where(largest > least, largest, 0.0).unflatten(2, x.shape[2:])
