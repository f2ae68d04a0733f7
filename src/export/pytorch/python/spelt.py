
def spelt(scores, lengths, tokens, between):
    """Of each row the likeliest symbol of each place: those that follow each other are one, and 0 is none."""
    texts = []
    for row, length in zip(scores.argmax(2).tolist(), lengths.tolist()):
        symbols = [symbol for symbol, before in zip(row[:length], [0, *row]) if symbol != before]
        texts.append(joined(tokens, between, [symbol for symbol in symbols if symbol > 1]))
    return texts
