
def named(scores, lengths, tokens, between):
    """Of each row the likeliest token of each place; the first two stand for padding and for what was never seen."""
    rows = (scores[:, :, 2:].argmax(2) + 2).tolist()
    return [joined(tokens, between, row[:length]) for row, length in zip(rows, lengths.tolist())]
