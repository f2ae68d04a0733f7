

def load_rows(path):
    """Tensors by their names: inputs, and for training targets, with `.has` of the rows that have them."""
    return {name: torch.from_numpy(values) for name, values in numpy.load(path).items()}
