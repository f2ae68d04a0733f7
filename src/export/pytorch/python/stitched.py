
def stitched(values, weight, axis):
    """Of every part of the channels the sum of all parts of all values, by weights [parts, sources, channels of a part or 1]."""
    sources = [part for value in values for part in value.chunk(len(weight), axis)]
    factor = lambda numbers: numbers.reshape(*[1] * axis, -1, *[1] * (values[0].ndim - axis - 1))
    parts = [sum(factor(numbers) * source for numbers, source in zip(of_part, sources)) for of_part in weight]
    return torch.cat(parts, axis)
