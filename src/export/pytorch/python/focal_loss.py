
def focal_loss(logits, target, gamma):
    """Cross-entropy of each row or place that counts the less, the surer the right class is already."""
    losses = F.cross_entropy(logits, target, reduction="none")
    return (1 - torch.exp(-losses)).clamp(min=0) ** gamma * losses
