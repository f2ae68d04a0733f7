
def beamed(model, given, target, output, tokens, between, end, longest, width, penalty):
    """Texts whose tokens are likeliest together: of each row so many beginnings go on, each with its likeliest tokens, until as many have ended."""
    given = {name: values.repeat_interleave(width, 0) for name, values in given.items()}
    first = next(iter(given.values()))
    rows, device = len(first) // width, first.device
    found = torch.zeros(rows * width, 0, dtype=torch.long, device=device)
    # Of each beginning the logarithm of how likely its tokens are; at first there is one, and the others are none.
    sums = torch.full((rows, width), -math.inf, dtype=torch.float64, device=device)
    sums[:, 0] = 0
    ended = [[] for _ in range(rows)]
    length = lambda count: ((5 + count) / 6) ** penalty
    for place in range(longest):
        scores = model(given | {target: F.pad(found, (0, 1))})[output][:, -1].double().log_softmax(1)
        scores[:, :2] = -math.inf
        likely = (sums.reshape(-1, 1) + scores).unflatten(0, (rows, width)).flatten(1)
        sums, best = likely.topk(width, 1)
        chosen = best % scores.shape[1]
        before = best // scores.shape[1] + torch.arange(rows, device=device)[:, None] * width
        found = torch.cat([found[before.flatten()], chosen.reshape(-1, 1)], 1)
        for row, answers in enumerate(ended):
            # An answer that has ended takes the place of a beginning.
            sums[row, width - len(answers) :] = -math.inf
            for at in (sums[row].isfinite() & (chosen[row] == end)).nonzero().flatten().tolist():
                answers.append((sums[row, at].item() / length(place + 1), found[row * width + at, :-1].tolist()))
                sums[row, at] = -math.inf
        if not sums.isfinite().any():
            break
    for at in sums.flatten().isfinite().nonzero().flatten().tolist():
        row = at // width
        ended[row].append((sums[row, at % width].item() / length(max(1, found.shape[1])), found[at].tolist()))
    texts = [max(answers, key=lambda answer: answer[0], default=(0.0, []))[1] for answers in ended]
    return [joined(tokens, between, text) for text in texts]
