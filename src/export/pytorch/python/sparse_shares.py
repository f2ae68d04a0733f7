
def sparse_shares(logits, k, gamma):
    """Shares of choices, whose numbers are written in binary, smoothly: each digit splits in two what those before it have left."""
    scaled = logits.clamp(-gamma / 2, gamma / 2) / gamma
    digits = (1.5 * scaled - 2 * scaled**3 + 0.5).unflatten(1, (k, -1))
    shares = torch.ones_like(digits[:, :, :1])
    for digit in digits.split(1, 2):
        shares = torch.stack([shares * (1 - digit), shares * digit], 3).flatten(2)
    return shares
