

def load(file=FILE):
    """The model with its weights."""
    model = CLASS()
    model.load_state_dict(load_file(file))
    return model


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("command", choices=["predict", "train"])
    parser.add_argument("rows")
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    given = parser.parse_args()
    model, rows = load(), load_rows(given.rows)
    if given.command == "train":
        train(model, rows, given.epochs)
        save_file(model.state_dict(), FILE)
        return
PREDICTED

if __name__ == "__main__":
    main()
