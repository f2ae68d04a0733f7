

def load_rows(path):
    """Of each data set tensors by their names: inputs, and for training targets, with `.has` of the rows that have them."""
    arrays = numpy.load(path)
    return {
        data: {name[len(data) + 1 :]: torch.from_numpy(arrays[name]) for name in arrays if name.startswith(data + "/")}
        for data in DATA
    }
