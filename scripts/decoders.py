"""What exported models leave to whoever asks: decoders that have no form in ONNX, written once more with numpy, from the pages of docs/catalog/decoders.md.

Each is given what a head answers for a row, 64-bit numbers, and the height and width of the picture that is meant, as its file has it (pictures are stretched to what the
model is given); parts of texts are told by their first and last token. Answers are what `mtlc predict` writes. `scripts/exported.py` holds them against it.
"""

import numpy
from scipy.optimize import linear_sum_assignment

# What is taken from a heat's output before the sigmoid.
PRIOR = 4.595


def sigmoid(x):
    return 1 / (1 + numpy.exp(-x))


def logit(share):
    return numpy.log(share / (1 - share))


def around(place, size, reach):
    return slice(max(0, place - reach), min(size, place + reach + 1))


def is_peak(heats, row, column, reach=1):
    """Whether nothing so near is hotter; of equals the first is one."""
    rows, columns = around(row, heats.shape[0], reach), around(column, heats.shape[1], reach)
    near = heats[rows, columns]
    first = numpy.unravel_index(near.argmax(), near.shape)
    return (rows.start + first[0], columns.start + first[1]) == (row, column)


def box_at(output, classes, row, column, size):
    """Left, upper, right and lower edge in pixels."""
    height, width = output.shape[1:]
    left, top, right, bottom = numpy.exp(output[classes : classes + 4, row, column].clip(-8, 8))
    edges = numpy.array([column + 0.5 - left, row + 0.5 - top, column + 0.5 + right, row + 0.5 + bottom])
    return edges * numpy.array([size[1] / width, size[0] / height] * 2)


def overlap(one, other):
    area = lambda box: max(0, box[2] - box[0]) * max(0, box[3] - box[1])
    both = area([max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3])])
    return both / max(area(one) + area(other) - both, 1e-30)


def inside(edges, size):
    """A box in its picture, as `bbox` has it: left, top, width and height."""
    left, top, right, bottom = numpy.clip(edges, 0, [size[1], size[0]] * 2)
    return [left, top, right - left, bottom - top]


def peaks(output, size, names, most=100, least=0.01, overlap_=0.6, around_=1):
    classes = output.shape[0] - 4
    hot = [
        (-output[kind, row, column], kind, row, column)
        for kind, row, column in zip(*numpy.nonzero(output[:classes] >= logit(least) + PRIOR))
        if is_peak(output[kind], row, column)
    ]
    found = []
    for heat, kind, row, column in sorted(hot):
        near = [
            (sigmoid(output[kind, y, x] - PRIOR), box_at(output, classes, y, x, size))
            for y in range(*around(row, output.shape[1], around_).indices(output.shape[1]))
            for x in range(*around(column, output.shape[2], around_).indices(output.shape[2]))
        ]
        edges = sum(weight * box for weight, box in near) / sum(weight for weight, _ in near)
        if not any(kind == other and overlap(edges, box) > overlap_ for other, _, box in found):
            found.append((kind, sigmoid(-heat - PRIOR), edges))
        if len(found) == most:
            break
    return [{"class": names[kind], "score": score, "bbox": inside(edges, size)} for kind, score, edges in found]


def grouping(output, size, names, most=100, least=0.1, apart=3):
    classes = output.shape[0] - 3
    logits, heats, ways = output[:classes], output[classes], output[classes + 1 :]
    rows, columns = numpy.nonzero(heats >= logit(least) + PRIOR)
    middles = [(row, column) for row, column in zip(rows, columns) if is_peak(heats, row, column, apart - 1)]
    middles = numpy.array(sorted(middles, key=lambda place: -heats[place])[:most])
    if len(middles) == 0:
        return []
    points = numpy.indices(heats.shape) + ways
    owners = ((middles[:, :, None, None] - points) ** 2).sum(1).argmin(0)
    shares = numpy.exp(logits - logits.max(0))
    shares = shares[1:] / shares.sum(0)
    of_things = shares.sum(0) > 0.5
    # The picture's pixels, each by the place of the map that its middle lies in.
    row, column = (
        ((numpy.arange(pixels) + 0.5) / pixels * places).astype(int) for pixels, places in zip(size, heats.shape)
    )
    found = []
    for number, middle in enumerate(middles):
        own = (owners == number) & of_things
        mask = own[row][:, column]
        if not mask.any():
            continue
        votes = shares[:, own].sum(1)
        kind = votes.argmax()
        score = votes[kind] / votes.sum() * sigmoid(heats[tuple(middle)] - PRIOR)
        down, across = numpy.nonzero(mask.any(1))[0], numpy.nonzero(mask.any(0))[0]
        edges = [across[0], down[0], across[-1] + 1, down[-1] + 1]
        found.append({"class": names[kind], "score": score, "bbox": inside(edges, size), "mask": mask})
    return sorted(found, key=lambda thing: -thing["score"])


def heat_maps(output, size, names, around_=3):
    points = {}
    for name, heats in zip(names, output):
        height, width = heats.shape
        shares = numpy.exp(heats - heats.max())
        row, column = numpy.unravel_index(heats.argmax(), heats.shape)
        rows, columns = around(row, height, around_), around(column, width, around_)
        near, (y, x) = shares[rows, columns], numpy.mgrid[rows, columns] + 0.5
        place = [(near * x).sum() / near.sum() * size[1] / width, (near * y).sum() / near.sum() * size[0] / height]
        points[name] = [*place, near.sum() / shares.sum()]
    return points


def associate(output, size, names, most=100, least=0.2, sure=0.4, overlap_=0.6, memory=3, shortest=2, alike=0.5):
    tracks = []
    for frame, maps in enumerate(output):
        found = seen(maps, size, most, least, overlap_)
        worth = numpy.array([[worth_of(track, frame, one, memory, alike) for one in found] for track in tracks])
        taken = set()
        if worth.size:
            for track, one in zip(*linear_sum_assignment(worth, maximize=True)):
                if worth[track, one] > 0:
                    taken.add(one)
                    go_on(tracks[track], frame, found[one])
        for number, one in enumerate(found):
            if number not in taken and one["score"] >= sure:
                step = middle(one["box"]) - one["before"]
                tracks.append({"found": [(frame, one)], "heats": one["heats"].copy(), "step": step})
    tracks = [track for track in tracks if len(track["found"]) >= shortest]
    rows = []
    for number, track in enumerate(tracks):
        score = numpy.mean([one["score"] for _, one in track["found"]])
        boxes = [(track["found"][0][0], track["found"][0][1]["box"])]
        for (start, one), (end, other) in zip(track["found"], track["found"][1:]):
            shares = [(frame, (frame - start) / (end - start)) for frame in range(start + 1, end + 1)]
            boxes += [(frame, one["box"] * (1 - share) + other["box"] * share) for frame, share in shares]
        kind = names[track["heats"].argmax()]
        rows += [
            {"frame": frame, "track": number, "class": kind, "score": score, "bbox": inside(box, size)} for frame, box in boxes
        ]
    return sorted(rows, key=lambda row: (row["frame"], row["track"]))


def seen(maps, size, most, least, overlap_):
    """The boxes of a frame, the surest first, with how sure each class is and where each was in the frame before."""
    classes = maps.shape[0] - 6
    heats = maps[:classes].max(0)
    places = [place for place in zip(*numpy.nonzero(heats >= logit(least) + PRIOR)) if is_peak(heats, *place)]
    found = []
    for row, column in sorted(places, key=lambda place: -heats[place]):
        box = box_at(maps, classes, row, column, size)
        if any(overlap(box, other["box"]) > overlap_ for other in found):
            continue
        down, across = maps[-2:, row, column] * numpy.array(size) / heats.shape
        before = middle(box) + numpy.array([across, down])
        own = sigmoid(maps[:classes, row, column] - PRIOR)
        found.append({"box": box, "score": own.max(), "heats": own, "before": before})
        if len(found) == most:
            break
    return found


def middle(box):
    return (box[:2] + box[2:]) / 2


def worth_of(track, frame, one, memory, alike):
    last, other = track["found"][-1]
    if frame - last > memory + 1:
        return 0.0
    away = numpy.hypot(*(middle(other["box"]) + (frame - last - 1) * track["step"] - one["before"]))
    area = lambda box: (box[2] - box[0]) * (box[3] - box[1])
    reach = numpy.sqrt(min(area(other["box"]), area(one["box"])))
    if away >= reach:
        return 0.0
    heats, own = track["heats"], one["heats"]
    return 1 - away / reach + alike * (heats @ own) / numpy.sqrt((heats @ heats) * (own @ own))


def go_on(track, frame, one):
    last, other = track["found"][-1]
    track["step"] = (middle(one["box"]) - middle(other["box"])) / (frame - last)
    track["heats"] += one["heats"]
    track["found"].append((frame, one))


def best_span(scores, max=30):
    """The first and the last place of the part whose ends score best together."""
    sums = scores[:, :1] + scores[:, 1]
    places = numpy.arange(len(scores))
    far = places - places[:, None]
    sums[(far < 0) | (far >= max)] = -numpy.inf
    return numpy.unravel_index(sums.argmax(), sums.shape)
