"""Writes `pipelines/data/orders.csv`: what is ordered, what one of it costs, and what that makes together.

    python scripts/orders.py > pipelines/data/orders.csv
"""

import random

ONES = "no one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
COUNTS = [*enumerate(ONES)][2:] + [(20, "twenty")]
CENTS = {0: "", 20: "twenty", 50: "fifty", 80: "eighty"}
ITEMS = "apples,bottles of oil,bread rolls,cups of tea,jars of honey,lemons,loaves of rye bread,pears,slices of cake,tins of beans".split(",")
ORDERS = "{} {}", "{} {}, please", "I would like {} {}", "may I have {} {}?"
OFFERS = "{} each", "that is {} apiece", "{}", "they are {} each, fresh today"
draw = random.Random(20)


def price(euros, cents):
    words = [f"{ONES[euros]} euro{'s' * (euros > 1)}"] * (euros > 0) + [f"{CENTS[cents]} cents"] * (cents > 0)
    return " and ".join(words)


print("order,offer,total")
for count, word in COUNTS:
    for euros in range(10):
        for cents in CENTS:
            if euros or cents:
                order = draw.choice(ORDERS).format(word, draw.choice(ITEMS))
                offer = draw.choice(OFFERS).format(price(euros, cents))
                print(f'"{order}","{offer}",{count * (euros + cents / 100):.2f}')
