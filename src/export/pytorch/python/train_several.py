

def train(model, rows, epochs=EPOCHS):
    """A step has a batch of each data set; a shorter one begins anew."""
    torch.manual_seed(SEED)
    counts = {data: len(next(iter(own.values()))) for data, own in rows.items() if own}
    per_epoch = max(math.ceil(count / BATCH) for count in counts.values())
    optimizer = optimizer_of(model)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: factor(step, epochs * per_epoch, per_epoch))
    for epoch in range(epochs):
        model.train()
        sums = dict.fromkeys(WEIGHTS, 0.0)
        orders = {data: torch.randperm(count).split(BATCH) for data, count in counts.items()}
        for step in range(per_epoch):
            found = {}
            for data, order in orders.items():
                batch = {name: values[order[step % len(order)]] for name, values in rows[data].items()}
                found |= losses(model(batch, data), batch)
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
