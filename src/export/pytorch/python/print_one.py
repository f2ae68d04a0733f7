    model.eval()
    for name, values in model.predict(rows).items():
        print(name, values if isinstance(values, list) else values.tolist())
