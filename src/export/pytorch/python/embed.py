
class Embed(nn.Module):
    """A vector for each class or token. The two rows for what is not known, the first of tokens and the last of classes, are added to the mean of
    all others."""

    def __init__(self, count, width, tokens=False):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(count, width))
        known = torch.ones(count, 1)
        (known[:2] if tokens else known[-2:]).zero_()
        self.register_buffer("known", known, persistent=False)

    def forward(self, codes):
        mean = (self.weight * self.known).sum(0) / self.known.sum().clamp(min=1)
        return F.embedding(codes, self.weight + (1 - self.known) * mean)
