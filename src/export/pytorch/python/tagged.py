
def tagged(scores, lengths, tokens, between):
    """Of each row the tags that score best together (Viterbi), in 64 bits."""
    texts = []
    for row, length in zip(scores.double(), lengths.tolist()):
        if length == 0:
            texts.append("")
            continue
        row = row[:length].unflatten(1, (len(tokens), len(tokens)))
        # The first two stand for padding and for what was never seen.
        row[:, :, :2] = -math.inf
        best, through = row[0, 0], []
        for step in row[1:]:
            best, before = (best[:, None] + step).max(0)
            through.append(before.tolist())
        found = [int(best.argmax())]
        for before in reversed(through):
            found.append(before[found[-1]])
        texts.append(joined(tokens, between, reversed(found)))
    return texts
