
def joined(tokens, between, own):
    """The text of the tokens of a row. Pieces of words, between which None stands, have the spaces before them, of which a text loses its first."""
    texts = [tokens[token] for token in own]
    return "".join(texts).removeprefix(" ") if between is None else between.join(texts)
