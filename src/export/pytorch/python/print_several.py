    model.eval()
    for data, own in rows.items():
        for name, values in model.predict(own, data).items():
            print(data, name, values if isinstance(values, list) else values.tolist())
