"""Writes `pipelines/data/receipts.csv`: how many of what, as it stands on a receipt.

    python scripts/receipts.py > pipelines/data/receipts.csv
"""

COUNTS = "one two three four five six seven eight nine ten eleven twelve".split()
ITEMS = "bag bean berry box cherry egg fox lemon lily nut pear tax".split()


def plural(item):
    if item.endswith("y"):
        return item[:-1] + "ies"
    return item + ("es" if item.endswith("x") else "s")


print("count,item,printed,letters")
for count in COUNTS:
    for item in ITEMS:
        printed = f"{count} {item if count == 'one' else plural(item)}"
        print(f"{count},{item},{printed},{len(printed) - 1}")
