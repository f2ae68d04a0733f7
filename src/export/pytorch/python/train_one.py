

def train(model, rows, epochs=EPOCHS):
    torch.manual_seed(SEED)
    count = len(next(iter(rows.values())))
    per_epoch = math.ceil(count / BATCH)
    optimizer = optimizer_of(model)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: factor(step, epochs * per_epoch, per_epoch))
    for epoch in range(epochs):
        model.train()
        sums = dict.fromkeys(WEIGHTS, 0.0)
        for places in torch.randperm(count).split(BATCH):
            batch = {name: values[places] for name, values in rows.items()}
            found = losses(model(batch), batch)
            if not found:
                continue
            optimizer.zero_grad()
            sum(WEIGHTS[task] * loss for task, loss in found.items()).backward()
            CLIP
            optimizer.step()
            schedule.step()
            for task, loss in found.items():
                sums[task] += loss.item() / per_epoch
        print(f"epoch {epoch + 1}: " + ", ".join(f"{task} {loss:.4f}" for task, loss in sums.items()))
