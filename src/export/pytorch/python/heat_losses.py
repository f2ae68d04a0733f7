
def heat_losses(outputs, heats):
    """At each place the focal loss of a heat (Law and Deng 2018), of outputs from which 4.595 is taken: a head begins by saying one in a hundred."""
    logits = outputs - 4.595
    hot = torch.sigmoid(logits)
    found = (1 - hot) ** 2 * F.logsigmoid(logits)
    elsewhere = (1 - heats) ** 4 * hot**2 * F.logsigmoid(-logits)
    return -torch.where(heats == 1, found, elsewhere)
