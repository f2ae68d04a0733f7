
def searched(scores, lengths, tokens, between, width):
    """Of each row the text that all ways to spell it make likeliest together: at each place so many beginnings are kept."""
    texts = []
    for row, length in zip(scores.double().log_softmax(2).tolist(), lengths.tolist()):
        # Of each beginning how likely it is, by ways that end in a blank, and by those that end in its last symbol.
        kept = {(): (0.0, -math.inf)}
        for place in row[:length]:
            found = {}
            for beginning, (blank, symbol) in kept.items():
                both, last = numpy.logaddexp(blank, symbol), beginning[-1] if beginning else 0
                ways = [(beginning, both + place[0], symbol + place[last])]
                # The same symbol once more needs a blank in between.
                ways += [
                    ((*beginning, new), -math.inf, (blank if new == last else both) + place[new]) for new in range(1, len(place))
                ]
                for longer, *more in ways:
                    found[longer] = tuple(numpy.logaddexp(found.get(longer, (-math.inf, -math.inf)), more))
            kept = dict(sorted(found.items(), key=lambda one: -numpy.logaddexp(*one[1]))[:width])
        texts.append(joined(tokens, between, [symbol for symbol in next(iter(kept)) if symbol > 1]))
    return texts
